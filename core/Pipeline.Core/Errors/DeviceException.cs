namespace Pipeline.Core.Errors;

/// <summary>A device that was asked for and cannot be used here.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class DeviceException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
