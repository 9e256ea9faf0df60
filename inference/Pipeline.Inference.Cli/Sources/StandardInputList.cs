using System.Collections.Concurrent;
using System.Text;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>Names on standard input, one by one as they arrive.</summary>
internal static class StandardInputList
{
    private const int NamesAhead = 1024;

    /// <summary>Reads the names; empty ones are left out.</summary>
    /// <param name="input">UTF-8 text. Borrowed.</param>
    /// <param name="isNullSeparated">Whether NUL ends a name, as <c>find -print0</c> writes it; else a line end does.</param>
    /// <param name="cancellationToken">Ends the waiting for more.</param>
    /// <returns>The names, to be enumerated once.</returns>
    /// <remarks>A thread of its own reads, because a read from a terminal or a pipe cannot be cancelled.</remarks>
    internal static IEnumerable<string> Read(Stream input, bool isNullSeparated, CancellationToken cancellationToken)
    {
        using var names = new BlockingCollection<string>(NamesAhead);
        var reader = new Thread(() => Fill(names, input, isNullSeparated)) { IsBackground = true, Name = "standard input" };
        reader.Start();
        foreach (string name in names.GetConsumingEnumerable(cancellationToken))
        {
            yield return name;
        }
    }

    /// <summary>Splits text at a character.</summary>
    /// <param name="text">The text. Borrowed.</param>
    /// <param name="separator">The character.</param>
    /// <returns>The parts that are not empty.</returns>
    internal static IEnumerable<string> Split(TextReader text, char separator)
    {
        var name = new StringBuilder();
        for (int letter = text.Read(); letter >= 0; letter = text.Read())
        {
            if (letter != separator)
            {
                name.Append((char)letter);
            }
            else if (name.Length > 0)
            {
                yield return name.ToString();
                name.Clear();
            }
        }

        if (name.Length > 0)
        {
            yield return name.ToString();
        }
    }

    private static void Fill(BlockingCollection<string> names, Stream input, bool isNullSeparated)
    {
        try
        {
            var text = new StreamReader(input, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
            foreach (string name in isNullSeparated ? Split(text, '\0') : Split(text, '\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0))
            {
                names.Add(name);
            }

            names.CompleteAdding();
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException)
        {
            // The reader of the names is gone, and with it the need for more.
        }
    }
}
