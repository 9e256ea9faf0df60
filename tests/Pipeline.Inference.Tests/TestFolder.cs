using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.Tests;

/// <summary>A folder of the test's own, removed with it.</summary>
internal sealed class TestFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("pipeline-inference-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A PNG of one colour, larger than the model's input, with a step so that it is no flat image.</summary>
    internal static byte[] Png(byte red, byte green, byte blue)
    {
        var size = new ImageSize(20, 12);
        byte[] pixels = new byte[size.RgbBytes];
        for (int pixel = 0; pixel < pixels.Length; pixel += 3)
        {
            int shade = pixel % 2;
            (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2]) = ((byte)Math.Max(0, red - shade), (byte)Math.Max(0, green - shade), (byte)Math.Max(0, blue - shade));
        }

        return ImageEncoder.EncodePng(pixels, size);
    }

    internal static byte[] PngOf(string color, byte level = 200) => Png(color == "red" ? level : (byte)0, color == "green" ? level : (byte)0, color == "blue" ? level : (byte)0);

    /// <summary>An image of the size of the test models that is not its own mirror image.</summary>
    internal static byte[] NoisePng()
    {
        byte[] pixels = new byte[TestModels.Size.RgbBytes];
        new Random(1).NextBytes(pixels);
        return ImageEncoder.EncodePng(pixels, TestModels.Size);
    }

    internal string Add(string name, byte[] content)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Adds so many images in turning colours; file <c>i</c> is named <c>i-color.png</c> with leading zeros.</summary>
    internal string[] AddColors(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Add(FormattableString.Invariant($"{index:0000}-{ColorOf(index)}.png"), PngOf(ColorOf(index), (byte)(100 + (index % 100)))))];

    internal static string ColorOf(int index) => (index % 3) switch
    {
        0 => "red",
        1 => "green",
        _ => "blue",
    };
}
