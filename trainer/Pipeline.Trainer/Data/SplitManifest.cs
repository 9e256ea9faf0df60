using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Pipeline.Core.Files;

namespace Pipeline.Trainer.Data;

/// <summary>The table of which image served for what, with the hash of each file: <c>split.csv</c>. Its own hash is the data's name in the model's provenance.</summary>
public static class SplitManifest
{
    /// <summary>Writes the table.</summary>
    /// <param name="splits">The images. Borrowed.</param>
    /// <param name="path">Path of the CSV file: <c>path,split,label,sha256</c>; paths are relative to the data's root, with <c>/</c>.</param>
    /// <returns>Hex SHA-256 of the file.</returns>
    /// <exception cref="IOException">The table cannot be written. An image that cannot be read has an empty hash; the loader counts it when it comes to it.</exception>
    public static string Write(DatasetSplits splits, string path)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var csv = new CsvWriter(text, new CsvHelper.Configuration.CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (string column in new[] { "path", "split", "label", "sha256" })
            {
                csv.WriteField(column);
            }

            csv.NextRecord();
            foreach ((string part, IReadOnlyList<ImageSample> samples) in splits.Parts)
            {
                WritePart(csv, splits, part, samples);
            }
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static void WritePart(CsvWriter csv, DatasetSplits splits, string part, IReadOnlyList<ImageSample> samples)
    {
        foreach (ImageSample sample in samples)
        {
            csv.WriteField(Path.GetRelativePath(splits.Root, sample.Path).Replace('\\', '/'));
            csv.WriteField(part);
            csv.WriteField(sample.IsLabelled ? splits.Labels[sample.ClassIndex] : string.Empty);
            csv.WriteField(FileHash.Of(sample.Path));
            csv.NextRecord();
        }
    }
}
