namespace Pipeline.Core.Errors;

/// <summary>A recipe with an unknown key, a value of the wrong type or settings that contradict each other.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class RecipeException(string message, Exception? innerException = null)
    : PipelineException(message, innerException);
