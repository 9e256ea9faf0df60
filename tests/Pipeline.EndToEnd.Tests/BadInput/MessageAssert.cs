using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>What every bad input must lead to: one clear message, the right exit code, and nothing else.</summary>
internal static partial class MessageAssert
{
    private const int LongestMessage = 700;

    /// <summary>The program ended with one message of one line that says all the expected parts.</summary>
    internal static void IsOneMessage(Outcome outcome, int exitCode, IEnumerable<string> parts)
    {
        string message = outcome.Error.TrimEnd('\n');

        Assert.True(
            outcome.ExitCode == exitCode,
            $"exit code {outcome.ExitCode}, expected {exitCode}: {outcome.Error}{outcome.Output}"
        );
        Assert.StartsWith("error: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Matches(EndOfSentence(), message);
        Assert.True(message.Length <= LongestMessage, message);
        HasNoStackTrace(outcome);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    /// <summary>No type name or stack frame reaches a user.</summary>
    internal static void HasNoStackTrace(Outcome outcome) =>
        Assert.DoesNotMatch(StackTrace(), outcome.Error + outcome.Output);

    /// <summary>Whether a text holds what <see cref="HasNoStackTrace"/> fails on.</summary>
    internal static bool IsStackTrace(string said) => StackTrace().IsMatch(said);

    [GeneratedRegex(@"^ +at \S+\(|\w+Exception\b|Unhandled", RegexOptions.Multiline)]
    private static partial Regex StackTrace();

    [GeneratedRegex(@"\S[.?]$")]
    private static partial Regex EndOfSentence();
}
