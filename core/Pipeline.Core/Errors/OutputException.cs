namespace Pipeline.Core.Errors;

/// <summary>A file that must not be written: it is one that is read, or somebody else's.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class OutputException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
