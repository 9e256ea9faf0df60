using System.Text.RegularExpressions;

namespace Pipeline.Inference.Sessions;

/// <summary>What ONNX Runtime says, for a person: without its error codes, source files and function names.</summary>
internal static partial class NativeMessage
{
    /// <summary>Takes the essence out.</summary>
    /// <param name="text">Text of an exception.</param>
    /// <param name="modelPath">The model, which is named already.</param>
    /// <returns>One line, without a full stop at its end.</returns>
    internal static string Clean(string text, string modelPath)
    {
        string line = OneLine(text)
            .Replace($"Load model from {modelPath} failed:", string.Empty, StringComparison.Ordinal);
        line = SourcePlace().Replace(ErrorCode().Replace(line, string.Empty), string.Empty);
        line = Status().Replace(line, "its operator ${operator} failed: ");
        return line.Trim(' ', '.', ':');
    }

    /// <summary>The text without its line ends.</summary>
    /// <param name="text">Text of an exception.</param>
    /// <returns>One line.</returns>
    internal static string OneLine(string text) =>
        string.Join(
            ' ',
            text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );

    /// <summary>What to do about a file that was refused.</summary>
    /// <param name="reason">What <see cref="Clean"/> gave.</param>
    /// <returns>A sentence.</returns>
    internal static string Remedy(string reason) =>
        reason.Contains("opset", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("IR version", StringComparison.Ordinal)
            ? "Export it for an older version of ONNX."
            : "The file is damaged or no ONNX model; export it again.";

    [GeneratedRegex(@"\[ErrorCode:\w+\] ?")]
    private static partial Regex ErrorCode();

    // A path of the library's build, a line, and a signature up to its last closing parenthesis that is followed by a
    // blank and a word.
    [GeneratedRegex(@"\S*onnxruntime_src/\S+:\d+ .*?\)( \[with [^\]]*\])? (?=[A-Z])")]
    private static partial Regex SourcePlace();

    [GeneratedRegex(
        @"Non-zero status code returned while running (?<operator>\S+) node\. Name:'[^']*' Status Message: "
    )]
    private static partial Regex Status();
}
