using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Trainer.Data;

/// <summary>
/// The table of which image served for what, with the hash of each file: <c>split.csv</c>. Its own hash is the data's
/// name in the model's provenance.
/// </summary>
internal sealed class SplitManifest
{
    private readonly byte[] bytes;

    private SplitManifest(byte[] bytes) => this.bytes = bytes;

    /// <summary>Hex SHA-256 of the file.</summary>
    internal string Hash => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Makes the table; reads every image whose hash is not known yet.</summary>
    /// <param name="splits">The images. Borrowed.</param>
    /// <returns>
    /// The table. An image that cannot be read has an empty hash; the loader counts it when it comes to it.
    /// </returns>
    internal static SplitManifest Create(DatasetSplits splits) =>
        new(
            Encoding.UTF8.GetBytes(
                CsvText.Format(
                    ["path", "split", "label", "sha256"],
                    from part in splits.Parts
                    from sample in part.Samples
                    select new[]
                    {
                        sample.RelativeTo(splits.Root),
                        part.Name,
                        splits.LabelOf(sample),
                        splits.KnownHashes.GetValueOrDefault(sample.Path) ?? FileHash.Compute(sample.Path),
                    }
                )
            )
        );

    /// <summary>Writes the table.</summary>
    /// <param name="path">
    /// Path of the CSV file: <c>path,split,label,sha256</c>; paths are relative to the data's root, with <c>/</c>.
    /// </param>
    /// <exception cref="IOException">The table cannot be written.</exception>
    internal void Write(string path) => AtomicFile.Write(path, stream => stream.Write(bytes));

    /// <summary>Reads the table back.</summary>
    /// <param name="path">Path of the CSV file.</param>
    /// <param name="root">The data's root.</param>
    /// <param name="labels">The classes; an image of another one, or of none, is unlabelled.</param>
    /// <returns>The images, each part in the order of the rows.</returns>
    /// <exception cref="DatasetException">The file cannot be read, or is no such table.</exception>
    public static DatasetSplits Read(string path, string root, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ILookup<string, ImageSample> parts = CsvText
            .Read(path, ["path", "split", "label"])
            .ToLookup(
                row => row[1],
                row => new ImageSample(
                    Path.Combine(root, row[0]),
                    labels.TryIndexOf(row[2], out int index) ? index : ImageSample.Unlabelled
                ),
                StringComparer.Ordinal
            );
        return new DatasetSplits(
            root,
            labels,
            [.. parts[DatasetSplits.TrainPart]],
            [.. parts[DatasetSplits.ValidationPart]],
            [.. parts[DatasetSplits.TestPart]]
        );
    }
}
