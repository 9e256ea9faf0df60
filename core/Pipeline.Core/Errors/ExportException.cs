namespace Pipeline.Core.Errors;

/// <summary>A network that cannot be written as an ONNX file, or a candidate that failed the gate.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class ExportException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
