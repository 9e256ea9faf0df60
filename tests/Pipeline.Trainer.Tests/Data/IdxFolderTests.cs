using System.Buffers.Binary;
using System.IO.Compression;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Data;

/// <summary>Data sets in the form of MNIST.</summary>
public sealed class IdxFolderTests : IDisposable
{
    private const int Height = 3,
        Width = 2;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private DataRecipe Recipe =>
        new()
        {
            Source = DataSource.Idx,
            Folder = folder["idx"],
            Classes = ["zero", "one"],
        };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prepare_FourFiles_SplitsTheLastTenthOff(bool compressed)
    {
        WriteSet(labels: [.. Enumerable.Range(0, 20).Select(index => (byte)(index % 2))], compressed);

        DatasetSplits data = DataPreparation.Prepare(Recipe, _ => string.Empty, folder["cache"], _ => { });

        Assert.Equal("zero, one", data.Labels.ToString());
        Assert.Equal(["000018.png", "000019.png"], data.Validation.Select(sample => Path.GetFileName(sample.Path)));
        Assert.Equal((18, 20), (data.Train.Count, data.Test.Count));
    }

    [Fact]
    public void Prepare_AnImage_KeepsItsGreyLevels()
    {
        WriteSet(labels: [0, 1], compressed: false);

        (string root, _) = IdxFolder.Prepare(Recipe, folder["cache"]);

        PixelBuffer image = ImageDecoder.DecodeOriginal(Path.Combine(root, "train", "one", "000001.png"));
        Assert.Equal((Width, Height), (image.Size.Width, image.Size.Height));
        Assert.Equal([6, 6, 6, 7, 7, 7], image.Pixels[..6].ToArray());
    }

    [Fact]
    public void Prepare_AgainWithOtherFiles_MakesAnotherFolder()
    {
        WriteSet(labels: [0, 1], compressed: false);
        (string first, _) = IdxFolder.Prepare(Recipe, folder["cache"]);
        WriteSet(labels: [1, 0], compressed: false);

        (string second, _) = IdxFolder.Prepare(Recipe, folder["cache"]);

        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("train-labels-idx1-ubyte", 9, "ends too early")]
    [InlineData("train-images-idx3-ubyte", 20, "ends too early")]
    [InlineData("train-images-idx3-ubyte", 3, "ends too early")]
    public void Prepare_TruncatedFile_NamesItAndLeavesNothing(string name, int bytes, string expected)
    {
        WriteSet(labels: [0, 1], compressed: false);
        string path = Path.Combine(folder["idx"], name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..bytes]);

        AssertRefused(name, expected);
    }

    [Fact]
    public void Prepare_LabelWithoutAClass_IsRefused()
    {
        WriteSet(labels: [0, 2], compressed: false);

        AssertRefused("train-labels-idx1-ubyte", "has label 2 at position 1, there are 2 classes: zero, one");
    }

    [Fact]
    public void Prepare_ImagesInPlaceOfLabels_AreRefused()
    {
        WriteSet(labels: [0, 1], compressed: false);
        File.Copy(
            Path.Combine(folder["idx"], "train-images-idx3-ubyte"),
            Path.Combine(folder["idx"], "train-labels-idx1-ubyte"),
            overwrite: true
        );

        AssertRefused("train-labels-idx1-ubyte", "starts with 00000803, expected 00000801");
    }

    [Fact]
    public void Prepare_MissingFile_SaysWhatToPutWhere()
    {
        WriteSet(labels: [0, 1], compressed: false);
        File.Delete(Path.Combine(folder["idx"], "t10k-labels-idx1-ubyte"));

        AssertRefused("t10k-labels-idx1-ubyte", "does not exist. Put train-images-idx3-ubyte,");
    }

    private void AssertRefused(string name, string expected)
    {
        DatasetException error = Assert.Throws<DatasetException>(() => IdxFolder.Prepare(Recipe, folder["cache"]));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["cache"]) && Directory.EnumerateFileSystemEntries(folder["cache"]).Any());
    }

    private void WriteSet(byte[] labels, bool compressed)
    {
        byte[] pixels = [.. Enumerable.Range(0, labels.Length * Height * Width).Select(index => (byte)index)];
        foreach (string part in new[] { "train", "t10k" })
        {
            Write($"{part}-images-idx3-ubyte", [labels.Length, Height, Width], pixels, compressed);
            Write($"{part}-labels-idx1-ubyte", [labels.Length], labels, compressed);
        }
    }

    private void Write(string name, int[] sizes, byte[] data, bool compressed)
    {
        byte[] header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (int index = 0; index < sizes.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * index)), sizes[index]);
        }

        Directory.CreateDirectory(folder["idx"]);
        using Stream file = File.Create(Path.Combine(folder["idx"], compressed ? $"{name}.gz" : name));
        using Stream stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(header);
        stream.Write(data);
    }
}
