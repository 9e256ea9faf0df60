namespace Pipeline.Core.Errors;

/// <summary>
/// Base of every error that a user's input can cause. Its message says what failed, on what, what was expected, what
/// was found, and what to do.
/// </summary>
public abstract class PipelineException : Exception
{
    /// <summary>Makes an error with a complete message.</summary>
    /// <param name="message">What failed, on what, expected, found, what to do.</param>
    /// <param name="innerException">The cause, when another layer found it.</param>
    protected PipelineException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <summary>File, folder or name the error is about; <c>null</c> when it is about none.</summary>
    public string? Subject { get; init; }

    /// <summary>What would have been right; <c>null</c> when the message alone says it.</summary>
    public string? Expected { get; init; }

    /// <summary>What was there instead; <c>null</c> when the message alone says it.</summary>
    public string? Found { get; init; }
}
