namespace Pipeline.Core.Errors;

/// <summary>A checkpoint that is missing, damaged or made for another network.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class CheckpointException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
