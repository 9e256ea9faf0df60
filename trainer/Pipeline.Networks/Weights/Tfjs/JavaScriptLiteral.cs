using System.Buffers;
using System.Text;
using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Tfjs;

/// <summary>
/// Turns a minified JavaScript object literal into JSON: unquoted keys, <c>!0</c> and <c>!1</c>, numbers that start
/// with a point. Nothing is evaluated.
/// </summary>
internal static class JavaScriptLiteral
{
    private const string Export = ".exports=";
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+-.0123456789eE");

    /// <summary>Cuts the object literal that a script exports out of it.</summary>
    /// <param name="script">The whole script.</param>
    /// <param name="path">File name for messages.</param>
    /// <returns>JSON of the object.</returns>
    /// <exception cref="WeightsException">
    /// The export or the closing brace is missing, or a character does not belong there.
    /// </exception>
    internal static string ExtractJson(string script, string path)
    {
        int start = script.IndexOf(Export + "{", StringComparison.Ordinal);
        if (start < 0)
        {
            throw new WeightsException(
                $"Weights file '{path}': '{Export}{{' does not occur, so it is no TensorFlow.js model bundle. "
                    + "Install the package again."
            )
            {
                Subject = path,
            };
        }

        return ToJson(script.AsSpan(start + Export.Length), path);
    }

    private static string ToJson(ReadOnlySpan<char> text, string path)
    {
        var json = new StringBuilder(text.Length + (text.Length / 4));
        int depth = 0;
        int position = 0;
        while (position < text.Length)
        {
            char letter = text[position];
            int taken = letter switch
            {
                '"' => TakeString(text[position..], json, path),
                '!' => TakeBoolean(text[position..], json, path),
                '-' or '.' or (>= '0' and <= '9') => TakeNumber(text[position..], json),
                '_' or '$' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => TakeWord(text[position..], json),
                '{' or '}' or '[' or ']' or ',' or ':' => TakeMark(letter, json),
                _ => throw new WeightsException(
                    $"Weights file '{path}': character '{letter}' at {position} does not belong into a literal. "
                        + "Install the package again."
                )
                {
                    Subject = path,
                },
            };
            position += taken;
            depth +=
                letter is '{' or '[' ? 1
                : letter is '}' or ']' ? -1
                : 0;
            if (depth == 0)
            {
                return json.ToString();
            }
        }

        throw new WeightsException(
            $"Weights file '{path}' ends inside its object literal: it is truncated. Install the package again."
        )
        {
            Subject = path,
        };
    }

    private static int TakeString(ReadOnlySpan<char> text, StringBuilder json, string path)
    {
        int end = 1;
        while (end < text.Length && text[end] != '"')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        if (end >= text.Length)
        {
            throw new WeightsException(
                $"Weights file '{path}' ends inside a string: it is truncated. Install the package again."
            )
            {
                Subject = path,
            };
        }

        json.Append(text[..(end + 1)]);
        return end + 1;
    }

    private static int TakeBoolean(ReadOnlySpan<char> text, StringBuilder json, string path)
    {
        if (text.Length < 2 || text[1] is not ('0' or '1'))
        {
            throw new WeightsException(
                $"Weights file '{path}': '!' is followed by neither 0 nor 1. Install the package again."
            )
            {
                Subject = path,
            };
        }

        json.Append(text[1] == '0' ? "true" : "false");
        return 2;
    }

    private static int TakeNumber(ReadOnlySpan<char> text, StringBuilder json)
    {
        int length = text.IndexOfAnyExcept(NumberCharacters);
        ReadOnlySpan<char> number = length < 0 ? text : text[..length];
        int sign = number[0] == '-' ? 1 : 0;
        json.Append(number[..sign]);
        if (number.Length > sign && number[sign] == '.')
        {
            json.Append('0');
        }

        json.Append(number[sign..]);
        return number.Length;
    }

    private static int TakeWord(ReadOnlySpan<char> text, StringBuilder json)
    {
        int length = 1;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '_' or '$'))
        {
            length++;
        }

        ReadOnlySpan<char> word = text[..length];
        bool isKey = length < text.Length && text[length] == ':';
        if (isKey || word is not ("null" or "true" or "false"))
        {
            json.Append('"').Append(word).Append('"');
        }
        else
        {
            json.Append(word);
        }

        return length;
    }

    private static int TakeMark(char mark, StringBuilder json)
    {
        json.Append(mark);
        return 1;
    }
}
