using System.Globalization;
using System.Text;

namespace Pipeline.CommandLine;

/// <summary>
/// Makes names from strangers fit for a terminal: of files, classes and tensors, which may hold escape sequences, and
/// megabytes. Everything that our programs print goes through it.
/// </summary>
public sealed class TerminalText : TextWriter
{
    private const int LongestMessage = 2000;

    private readonly TextWriter output;

    private static TextWriter terminal = Console.Out;

    private TerminalText(TextWriter output)
        : base(output.FormatProvider) => this.output = output;

    /// <inheritdoc/>
    public override Encoding Encoding => output.Encoding;

    /// <summary>Standard output itself, for those who write sequences of their own, and clean what they show.</summary>
    internal static TextWriter Terminal => terminal;

    /// <summary>Puts standard output and standard error behind it.</summary>
    internal static void Install()
    {
        terminal = Console.Out;
        Console.SetOut(Synchronized(new TerminalText(Console.Out)));
        Console.SetError(Synchronized(new TerminalText(Console.Error)));
    }

    /// <summary>A message of bearable length.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The message, or its beginning and end.</returns>
    public static string Shorten(string message) =>
        message.Length <= LongestMessage
            ? message
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{message[..(LongestMessage / 2)]} [... {message.Length - LongestMessage} characters ...] "
                    + $"{message[^(LongestMessage / 2)..]}"
            );

    /// <summary>Text without what would steer a terminal.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, with <c>\u001b</c> in the place of an escape character; line ends and tabs stay.</returns>
    internal static string Clean(string text)
    {
        if (!text.Any(IsSteering))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        foreach (char letter in text)
        {
            _ = IsSteering(letter)
                ? clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")
                : clean.Append(letter);
        }

        return clean.ToString();
    }

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (IsSteering(value))
        {
            output.Write(Clean(value.ToString()));
        }
        else
        {
            output.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void Write(string? value) => output.Write(value is null ? null : Clean(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) =>
        output.Write(Clean(new string(buffer, index, count)));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => output.Write(Clean(buffer.ToString()));

    /// <inheritdoc/>
    public override void Flush() => output.Flush();

    // C0 but line ends, tabs and the carriage return of a status line; DEL; C1; and what turns the direction of text.
    private static bool IsSteering(char letter) =>
        (letter < ' ' && letter is not ('\n' or '\r' or '\t'))
        || letter is >= '\u007F' and <= '\u009F' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
