using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// A share of a job: every n-th batch of the whole list. Whole batches, because then each shard runs the network on the
/// very batches that an undivided job would, and merging gives its very bytes.
/// </summary>
/// <param name="Number">Which share, from 1.</param>
/// <param name="Of">Number of shares; 1 is an undivided job.</param>
internal readonly record struct Shard(int Number, int Of)
{
    /// <summary>An undivided job.</summary>
    internal static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>i/n</c>.</summary>
    /// <param name="text">Such as <c>2/4</c>.</param>
    /// <returns>The shard.</returns>
    /// <exception cref="DatasetException">It is no such text.</exception>
    internal static Shard Parse(string text)
    {
        string[] parts = text.Split('/');
        return
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int of)
            && number >= 1
            && number <= of
            && of <= 100_000
            ? new Shard(number, of)
            : throw new DatasetException(
                $"--shard is '{text}', expected i/n with i from 1 to n, such as 1/4, 2/4, 3/4 and 4/4 on four machines."
            );
    }

    /// <summary>Whether a batch belongs to this share.</summary>
    /// <param name="batch">Index of the batch in the whole list.</param>
    /// <returns>Whether it does.</returns>
    internal bool Owns(long batch) => batch % Of == Number - 1;

    /// <summary>Files of this share.</summary>
    /// <param name="files">Files in the whole list.</param>
    /// <param name="batchSize">Files per batch.</param>
    /// <returns>How many there are.</returns>
    internal long Share(long files, int batchSize)
    {
        long whole = files / batchSize;
        long rest = Owns(whole) ? files % batchSize : 0;
        return (((whole / Of) + (whole % Of >= Number ? 1 : 0)) * batchSize) + rest;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Of}");
}
