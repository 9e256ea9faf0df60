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
            WritePart(csv, splits, DatasetSplits.TrainFolder, splits.Train);
            WritePart(csv, splits, DatasetSplits.ValidationFolder, splits.Validation);
            WritePart(csv, splits, DatasetSplits.TestFolder, splits.Test);
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
            csv.WriteField(splits.Labels[sample.ClassIndex]);
            csv.WriteField(HashFile(sample.Path));
            csv.NextRecord();
        }
    }

    private static string HashFile(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                return string.Empty;   // nothing to read, or a pipe, which would never end
            }

            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
