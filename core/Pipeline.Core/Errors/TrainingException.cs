namespace Pipeline.Core.Errors;

/// <summary>A training that cannot go on, such as a loss that is no longer finite.</summary>
/// <param name="message">What failed, on what, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class TrainingException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
