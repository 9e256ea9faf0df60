using System.Net;

namespace Pipeline.Core.Errors;

/// <summary>A file that could not be fetched.</summary>
/// <param name="message">What failed, on what, expected, found, what to do.</param>
/// <param name="innerException">The cause, when another layer found it.</param>
public sealed class DownloadException(string message, Exception? innerException = null)
    : PipelineException(message, innerException)
{
    /// <summary>
    /// What the server answered instead of the file; <c>null</c> when it could not be reached, or the disk is too
    /// small.
    /// </summary>
    public HttpStatusCode? Status { get; init; }
}
