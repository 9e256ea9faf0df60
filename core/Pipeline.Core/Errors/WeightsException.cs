namespace Pipeline.Core.Errors;

/// <summary>A file of pretrained weights that is missing, damaged or does not fit the network.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class WeightsException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
