using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Networks.Heads;

/// <summary>
/// Some classes of a pretrained classifier, as numbers and ranges: <c>281-285+287</c>. Equal when the text is.
/// </summary>
public sealed record ClassGroup
{
    private const string Expected = "numbers and ranges such as 281-285 or 281-285+287";

    /// <summary>Reads the notation.</summary>
    /// <param name="text">Numbers and ranges, joined by <c>+</c>.</param>
    /// <exception cref="RecipeException">The text is something else.</exception>
    public ClassGroup(string text)
    {
        Text = text;
        foreach (string part in text.Split('+', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            if (!TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || first > last)
            {
                throw new RecipeException($"'{text}' names no group of classes, expected {Expected}.") { Found = text };
            }
        }
    }

    /// <summary>The notation.</summary>
    public string Text { get; }

    /// <summary>The classes, in the order of the notation.</summary>
    public IReadOnlyList<int> Indices =>
        [
            .. Text.Split('+', StringSplitOptions.TrimEntries)
                .SelectMany(part =>
                {
                    int[] ends =
                    [
                        .. part.Split('-', 2).Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
                    ];
                    return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
                }),
        ];

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 1_000_000;
}
