using System.Collections.Concurrent;
using System.Text;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>Lists of names: in a file, or on standard input, one by one as they arrive.</summary>
internal static class ListFile
{
    private const int NamesAhead = 1024;

    /// <summary>The names on standard input.</summary>
    /// <param name="rules">How to read them.</param>
    /// <returns>The names, to be enumerated once.</returns>
    /// <exception cref="OutputException">While it is enumerated: a name is of a file that the run writes.</exception>
    internal static IEnumerable<string> ReadInput(SourceRules rules) =>
        Read(rules.Input, rules.IsNullSeparated, rules.CancellationToken).Select(rules.RequireInput);

    /// <summary>The names in a file.</summary>
    /// <param name="path">UTF-8 text.</param>
    /// <param name="rules">How to read them.</param>
    /// <returns>The names, read anew each time that they are enumerated.</returns>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="OutputException">While it is enumerated: a name is of a file that the run writes.</exception>
    internal static IEnumerable<string> ReadFile(string path, SourceRules rules) =>
        File.Exists(path)
            ? ReadNames(path, rules.IsNullSeparated).Select(rules.RequireInput)
            : throw new DatasetException(
                Directory.Exists(path)
                    ? $"List '{path}' is a folder, expected a file with a name on each line. Check the name."
                    : $"List '{path}' does not exist. Check the name."
            )
            {
                Subject = path,
            };

    /// <summary>Reads the names; empty ones are left out.</summary>
    /// <param name="input">UTF-8 text. Borrowed.</param>
    /// <param name="isNullSeparated">
    /// Whether NUL ends a name, as <c>find -print0</c> writes it; else a line end does.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for more.</param>
    /// <returns>The names, to be enumerated once.</returns>
    /// <remarks>A thread of its own reads, because a read from a terminal or a pipe cannot be cancelled.</remarks>
    internal static IEnumerable<string> Read(Stream input, bool isNullSeparated, CancellationToken cancellationToken)
    {
        using var names = new BlockingCollection<string>(NamesAhead);
        var reader = new Thread(() => Fill(names, input, isNullSeparated))
        {
            IsBackground = true,
            Name = "standard input",
        };
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

    private static IEnumerable<string> ReadNames(string path, bool isNullSeparated)
    {
        using FileStream input = File.OpenRead(path);
        foreach (string name in Names(input, isNullSeparated))
        {
            yield return name;
        }
    }

    private static IEnumerable<string> Names(Stream input, bool isNullSeparated)
    {
        var text = new StreamReader(
            input,
            new UTF8Encoding(false),
            detectEncodingFromByteOrderMarks: true,
            leaveOpen: true
        );
        return isNullSeparated
            ? Split(text, '\0')
            : Split(text, '\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);
    }

    private static void Fill(BlockingCollection<string> names, Stream input, bool isNullSeparated)
    {
        try
        {
            foreach (string name in Names(input, isNullSeparated))
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
