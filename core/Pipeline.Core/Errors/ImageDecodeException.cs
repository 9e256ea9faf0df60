namespace Pipeline.Core.Errors;

/// <summary>
/// Bytes that are not an image of an accepted format, or an image that is damaged. The message is one line, fit for a
/// CSV cell.
/// </summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class ImageDecodeException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
