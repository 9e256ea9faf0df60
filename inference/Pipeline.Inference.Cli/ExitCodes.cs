namespace Pipeline.Inference.Cli;

/// <summary>What the program says to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    internal const int Done = 0;

    /// <summary>The work failed: a model that does not pass, a device or disk that does not work, a bad image with <c>--fail-on-error</c>.</summary>
    internal const int Failed = 1;

    /// <summary>Bad usage or bad input: an unknown option, a missing folder, a file that is no model.</summary>
    internal const int BadInput = 2;

    /// <summary>Interrupted: 128 + SIGINT.</summary>
    internal const int Interrupted = 130;
}
