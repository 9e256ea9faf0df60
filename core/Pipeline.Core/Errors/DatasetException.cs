namespace Pipeline.Core.Errors;

/// <summary>A folder of images, a label list or a split that cannot be used as it is.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class DatasetException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
