using System.Collections.Concurrent;
using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Trainer.Data;

/// <summary>
/// The images that could not be read, each counted once with its reason; too many of them end the training.
/// </summary>
/// <param name="totalImages">Images of the run, at least 1.</param>
/// <param name="maxShare">Share of bad images that is tolerated, in [0, 1].</param>
internal sealed class SkippedImages(int totalImages, double maxShare = 0.01)
{
    private readonly ConcurrentDictionary<string, string> reasons = new(StringComparer.Ordinal);

    /// <summary>Paths and reasons so far, ordered by path.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All =>
        [.. reasons.OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>Counts an image; safe to call from several threads and again for the same image.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="reason">Why it cannot be used, one line.</param>
    /// <exception cref="DatasetException">
    /// More than the tolerated share are bad now; the message names the first ones.
    /// </exception>
    public void Add(string path, string reason)
    {
        reasons.TryAdd(path, reason);
        int count = reasons.Count;
        if (count > maxShare * totalImages)
        {
            string examples = string.Join("; ", All.Take(3).Select(pair => pair.Value.TrimEnd('.')));
            throw new DatasetException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count} of {totalImages} images cannot be read, more than the {maxShare:P0} that training "
                        + $"tolerates: {examples}. Replace or remove the bad files and start again."
                )
            )
            {
                Subject = path,
                Found = reason,
            };
        }
    }
}
