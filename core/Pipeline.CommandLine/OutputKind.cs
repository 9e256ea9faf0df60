namespace Pipeline.CommandLine;

/// <summary>What a command writes, so that it can tell its own earlier file from somebody else's.</summary>
/// <param name="Title">For messages, with its article, such as <c>a file of predictions</c>.</param>
/// <param name="Extensions">Ends of a name that fits, such as <c>.csv</c>; none when any fits.</param>
/// <param name="Marks">
/// What begins with one of these is an earlier file of the kind, and may be replaced; none when every file that is
/// there must be asked about.
/// </param>
public sealed record OutputKind(string Title, IReadOnlyList<string> Extensions, params IReadOnlyList<string> Marks)
{
    private const int HeadBytes = 4096;

    /// <summary>A file of predictions.</summary>
    public static OutputKind Predictions { get; } =
        new("a file of predictions", [".csv", ".jsonl"], "path,label,probability,error", "{\"path\":");

    /// <summary>An exported model.</summary>
    public static OutputKind Model { get; } = new("an ONNX file", [".onnx"]);

    /// <summary>A report in JSON.</summary>
    /// <param name="title">For messages, with its article.</param>
    /// <param name="key">A key that only this report has.</param>
    /// <returns>The kind.</returns>
    public static OutputKind Json(string title, string key) => new(title, [".json"], $"{{*\"{key}\":");

    /// <summary>Whether a file is an earlier one of the kind.</summary>
    /// <param name="path">The file, which is there.</param>
    /// <returns>Whether it may be replaced without asking.</returns>
    internal bool IsOwn(string path)
    {
        if (Marks.Count == 0)
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        byte[] head = new byte[HeadBytes];
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        string text = System.Text.Encoding.UTF8.GetString(head, 0, length);
        return length == 0 || Marks.Any(mark => Begins(text, mark));
    }

    // A star stands for anything.
    private static bool Begins(string text, string mark) =>
        mark.Split('*') is [var start, var rest]
            ? text.StartsWith(start, StringComparison.Ordinal) && text.Contains(rest, StringComparison.Ordinal)
            : text.StartsWith(mark, StringComparison.Ordinal);
}
