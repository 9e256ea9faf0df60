using Pipeline.Core.Files;

namespace Pipeline.Trainer.Data;

/// <summary>
/// A few images of each part with their labels, class by class in turn: what a person looks at before training, and a
/// report shows. <c>samples.csv</c>.
/// </summary>
internal static class SampleGrid
{
    private const int ImagesPerPart = 10;

    /// <summary>Writes the table.</summary>
    /// <param name="splits">The images. Borrowed.</param>
    /// <param name="path">
    /// Path of the CSV file: <c>part,label,path</c>; paths are relative to the data's root, with <c>/</c>.
    /// </param>
    /// <exception cref="IOException">The table cannot be written.</exception>
    public static void Write(DatasetSplits splits, string path) =>
        AtomicFile.WriteText(
            path,
            CsvText.Format(
                ["part", "label", "path"],
                from part in splits.Parts
                from sample in Choose(part.Samples)
                select new[] { part.Name, splits.LabelOf(sample), sample.RelativeTo(splits.Root) }
            )
        );

    /// <summary>The first of each class, then the second of each, until there are enough.</summary>
    internal static IEnumerable<ImageSample> Choose(IReadOnlyList<ImageSample> samples) =>
        samples
            .GroupBy(sample => sample.ClassIndex)
            .SelectMany(group => group.Take(ImagesPerPart).Select((sample, round) => (sample, round)))
            .OrderBy(item => item.round)
            .Take(ImagesPerPart)
            .Select(item => item.sample);
}
