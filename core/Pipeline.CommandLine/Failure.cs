using System.CommandLine;
using System.Text.RegularExpressions;
using Pipeline.Core.Errors;

namespace Pipeline.CommandLine;

/// <summary>One clear message per error, and its exit code.</summary>
internal static partial class Failure
{
    // HResult of an IOException: ERROR_DISK_FULL as Windows gives it, elsewhere the errno (ENOSPC, EROFS; EDQUOT of
    // Linux)
    private const int DiskFullOnWindows = unchecked((int)0x80070070),
        DiskFullOnUnix = 28,
        ReadOnlyOnUnix = 30,
        QuotaOnLinux = 122;

    /// <summary>Reports what ended the program.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="output">Standard error. Borrowed.</param>
    /// <returns>The exit code.</returns>
    internal static int Report(Exception error, TextWriter output)
    {
        if (error is OperationCanceledException)
        {
            output.WriteLine("Interrupted. No file was left half-written.");
            return ExitCodes.Interrupted;
        }

        output.WriteLine($"error: {TerminalText.Shorten(Explain(error).ReplaceLineEndings(" "))}");
        if (Environment.GetEnvironmentVariable("PIPELINE_DEBUG") == "1")
        {
            output.WriteLine(error);
        }
        else if (
            error
            is not PipelineException
                and not IOException
                and not UnauthorizedAccessException
                and not DllNotFoundException
        )
        {
            output.WriteLine(
                "This is a fault of the program. Run it again with PIPELINE_DEBUG=1 and report what it shows."
            );
        }

        return error is PipelineException and not ExportException and not TrainingException
            ? ExitCodes.BadInput
            : ExitCodes.Failed;
    }

    /// <summary>What our own errors say is complete; what the system says about a file lacks the remedy.</summary>
    private static string Explain(Exception error)
    {
        string message = error.Message.TrimEnd('.', ' ');
        return error switch
        {
            IOException when IsDiskFull(error) =>
                $"The disk is full: {message}. Free some space, or write to another disk with --artifacts or "
                    + "--output. No file was left half-written.",
            UnauthorizedAccessException =>
                $"{message}. Check the permissions, or write elsewhere with --artifacts or --output.",
            IOException when error.HResult == ReadOnlyOnUnix =>
                $"{message}. Write elsewhere with --artifacts or --output.",
            _ => error.Message,
        };
    }

    private static bool IsDiskFull(Exception error) =>
        error.HResult is DiskFullOnWindows or QuotaOnLinux or DiskFullOnUnix;

    /// <summary>Reports a command line that cannot be understood.</summary>
    /// <param name="parsed">What the parser made of it.</param>
    /// <param name="output">Standard error. Borrowed.</param>
    internal static void ReportUsage(ParseResult parsed, TextWriter output) =>
        ReportUsage(
            parsed.CommandResult.Command,
            Essential([.. parsed.Errors.Select(error => error.Message)]).Select(message => message + Guess(parsed)),
            output
        );

    /// <summary>Reports a command line that cannot be understood.</summary>
    /// <param name="command">The verb, as far as it is known.</param>
    /// <param name="messages">What is wrong, in the library's words.</param>
    /// <param name="output">Standard error. Borrowed.</param>
    internal static void ReportUsage(Command command, IEnumerable<string> messages, TextWriter output)
    {
        foreach (string message in messages)
        {
            output.WriteLine(
                $"error: {TerminalText.Shorten(WrongKind().Replace(message, Expected).ReplaceLineEndings(" "))}"
            );
        }

        output.WriteLine($"Run '{FullName(command)} --help' for the options.");
    }

    // Of a misspelt command the library also says that there is none.
    private static IEnumerable<string> Essential(string[] messages)
    {
        string[] unknown = [.. messages.Where(message => message.StartsWith("Unrecognized", StringComparison.Ordinal))];
        return unknown.Length > 0
            ? messages.Where(message => !message.StartsWith("Required command", StringComparison.Ordinal))
            : messages;
    }

    private static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent
            ? $"{FullName(parent)} {command.Name}"
            : command.Name;

    /// <summary>The library names types of C#.</summary>
    private static string Expected(Match match)
    {
        string kind =
            match.Groups["type"].Value is "Int32" or "Int64" ? "a whole number"
            : match.Groups["type"].Value is "Double" or "Single" ? "a number"
            : "another kind of value";
        return $"{match.Groups["option"].Value} is '{match.Groups["value"].Value}', expected {kind}.";
    }

    [GeneratedRegex(
        @"^Cannot parse argument '(?<value>.*)' for (option|command) '(?<option>[^']*)' "
            + @"as expected type 'System\.(?<type>\w+)[^']*'\.",
        RegexOptions.Singleline
    )]
    private static partial Regex WrongKind();

    /// <summary>What a command or option that does not exist was probably meant to be.</summary>
    private static string Guess(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> known = command
            .Subcommands.Select(verb => verb.Name)
            .Concat(command.Options.Where(option => !option.Hidden).Select(option => option.Name));
        return string.Concat(
            parsed.UnmatchedTokens.Take(1).Select(token => Spelling.DidYouMean(token.Split('=')[0], known))
        );
    }
}
