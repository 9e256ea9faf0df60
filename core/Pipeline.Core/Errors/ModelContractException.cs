namespace Pipeline.Core.Errors;

/// <summary>A model file whose contract is missing, unknown, or contradicted by its graph.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class ModelContractException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
