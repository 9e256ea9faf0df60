using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

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
            RootCommand root = verbs();
            if (!TryParse(root, args, out ParseResult? parsed))
            {
                return ExitCodes.BadInput;
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

    /// <summary>
    /// Ends the process at once, with a message, because of an input that cannot be stopped otherwise. One object, so
    /// that options with it are equal.
    /// </summary>
    public static Action<string> EndByInput { get; } =
        message => Interruption.EndNow($"error: {message}", ExitCodes.BadInput);

    private static bool TryParse(RootCommand root, string[] args, [NotNullWhen(true)] out ParseResult? parsed)
    {
        parsed = null;
        if (Array.IndexOf(args, string.Empty) is >= 0 and var place)
        {
            Console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"error: Word {place + 1} of the command line is empty. Give it a value, "
                        + $"or leave it and its option out."
                )
            );
            return false;
        }

        try
        {
            parsed = root.Parse(args);
            if (parsed.Errors.Count == 0)
            {
                return true;
            }

            Failure.ReportUsage(parsed, Console.Error);
            return false;
        }
        catch (InvalidOperationException error)
        {
            // A check of one option asked for another one that is wrong, too: the library throws what it says else.
            Failure.ReportUsage(root, [error.Message], Console.Error);
            return false;
        }
    }
}
