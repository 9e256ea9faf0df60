using System.Text;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>Spelling of enum values in files: <c>FitCrop</c> is written <c>fit-crop</c>.</summary>
public static class WireNames
{
    /// <summary>The spelling of one value.</summary>
    /// <typeparam name="T">An enum of the contract.</typeparam>
    /// <param name="value">A defined value.</param>
    /// <returns>Lower case, words joined by <c>-</c>.</returns>
    public static string ToKebab<T>(T value)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (char letter in value.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>Reads a spelling.</summary>
    /// <typeparam name="T">An enum of the contract.</typeparam>
    /// <param name="text">What the file says.</param>
    /// <param name="subject">File and key, for the message.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ModelContractException">
    /// No value is spelled like that; the message lists those there are.
    /// </exception>
    public static T Parse<T>(string text, string subject)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (ToKebab(value) == text)
            {
                return value;
            }
        }

        string known = string.Join(", ", Enum.GetValues<T>().Select(ToKebab));
        throw new ModelContractException($"{subject} is '{text}', expected one of: {known}.")
        {
            Subject = subject,
            Expected = known,
            Found = text,
        };
    }
}
