using System.CommandLine;

namespace Pipeline.CommandLine;

/// <summary>What every program of ours does around its verbs.</summary>
public static class Programs
{
    /// <summary>Runs the verb that a command line names.</summary>
    /// <param name="verbs">Makes the program's verbs; an interruption is heard from before that on.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code, one of <see cref="ExitCodes"/>; what went wrong was said on standard error.</returns>
    public static async Task<int> RunAsync(Func<RootCommand> verbs, string[] args)
    {
        ArgumentNullException.ThrowIfNull(verbs);
        TerminalText.Install();
        using var interruption = new Interruption();
        try
        {
            ParseResult parsed = verbs().Parse(args);
            if (parsed.Errors.Count > 0)
            {
                return Failure.ReportUsage(parsed, Console.Error);
            }

            // Signals are Interruption's: the library listens only once a verb has yielded for the first time, and
            // would cut short the step that is running and the removal of temporary files.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Failure.Report(error, Console.Error);
        }
    }
}
