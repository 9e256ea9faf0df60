using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Errors;

/// <summary>What is wrong with a JSON file, for the person who wrote it: the library speaks of its own types.</summary>
public static partial class JsonFault
{
    /// <summary>Says it.</summary>
    /// <param name="error">
    /// What the library threw: a <see cref="JsonException"/>, or an <see cref="InvalidOperationException"/> of a value
    /// that is of another kind.
    /// </param>
    /// <param name="keys">The keys that are known, for a guess.</param>
    /// <returns>
    /// Such as <c>it has the key 'kernal', which is not known. Did you mean 'kernel'?</c>, without a full stop at the
    /// end where it is no question.
    /// </returns>
    public static string Describe(Exception error, IReadOnlyCollection<string>? keys = null)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (error is not JsonException json)
        {
            return error is InvalidOperationException or FormatException or KeyNotFoundException
                ? "a value is of another kind than expected"
                : error.Message.ReplaceLineEndings(" ").TrimEnd('.');
        }

        if (UnknownKey().Match(json.Message) is { Success: true } unknown)
        {
            string key = unknown.Groups["key"].Value;
            return $"it has the key '{key}', which is not known.{Spelling.DidYouMean(key, keys ?? [])} Known: "
                + $"{string.Join(", ", keys ?? [])}";
        }

        if (MissingKeys().Match(json.Message) is { Success: true } missing)
        {
            return $"it lacks {missing.Groups["keys"].Value}";
        }

        string place = json.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {json.BytePositionInLine + 1})")
            : string.Empty;
        bool isKind = json.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal);
        string reason = WithoutPlace().Replace(json.Message.ReplaceLineEndings(" "), string.Empty).TrimEnd('.', ' ');
        return isKind
            ? $"the value at '{json.Path}' is of another kind than expected{place}"
            : $"it is no JSON: {reason}{place}";
    }

    [GeneratedRegex("^The JSON property '(?<key>.*?)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex UnknownKey();

    [GeneratedRegex("was missing required properties including: (?<keys>.*?)\\.?( Path:|$)", RegexOptions.Singleline)]
    private static partial Regex MissingKeys();

    [GeneratedRegex(" (Path: |LineNumber: ).*$", RegexOptions.Singleline)]
    private static partial Regex WithoutPlace();
}
