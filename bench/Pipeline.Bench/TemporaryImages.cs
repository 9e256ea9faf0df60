using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Bench;

/// <summary>Synthetic PNG files in a folder of their own, which goes with them.</summary>
internal sealed class TemporaryImages : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;

    internal TemporaryImages(int count, ImageSize size)
    {
        byte[] pixels = ScoringModels.Pixels(count, size);
        Paths =
        [
            .. Enumerable
                .Range(0, count)
                .Select(index =>
                {
                    string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{index:D4}.png"));
                    ReadOnlySpan<byte> image = pixels.AsSpan(index * size.RgbBytes, size.RgbBytes);
                    File.WriteAllBytes(path, ImageEncoder.EncodePng(image, size));
                    return path;
                }),
        ];
    }

    internal IReadOnlyList<string> Paths { get; }

    /// <summary>
    /// Photographs of the folder that the environment variable <c>IMAGES</c> names, or synthetic ones.
    /// </summary>
    /// <param name="count">At most so many; so many, if synthetic.</param>
    /// <param name="made">Synthetic ones to dispose of; <c>null</c> for photographs.</param>
    internal static IReadOnlyList<string> Photographs(int count, out TemporaryImages? made)
    {
        if (Environment.GetEnvironmentVariable("IMAGES") is string named)
        {
            made = null;
            IEnumerable<string> files = Directory.EnumerateFiles(named, "*.*", SearchOption.AllDirectories);
            return [.. files.Order(StringComparer.Ordinal).Take(count)];
        }

        made = new TemporaryImages(count, new ImageSize(256, 192));
        return made.Paths;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
