namespace Pipeline.Core.Errors;

/// <summary>An operation that libtorch refused, with the node of the network that asked for it.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">TorchSharp's error.</param>
public sealed class TorchException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
