namespace Pipeline.Core.Errors;

/// <summary>A tensor or a network whose shapes do not fit together.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class ShapeException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
