namespace Pipeline.CommandLine;

/// <summary>What our programs say to the shell.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>
    /// The work failed: a model that does not pass, a disk that does not work, a bad image with <c>--fail-on-error</c>.
    /// </summary>
    public const int Failed = 1;

    /// <summary>
    /// Bad usage or bad input: an unknown option, a missing folder, a device that is not there, a file that is no
    /// model.
    /// </summary>
    public const int BadInput = 2;

    /// <summary>Interrupted: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
