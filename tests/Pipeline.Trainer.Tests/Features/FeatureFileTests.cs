using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Testing;
using Pipeline.Trainer.Features;

namespace Pipeline.Trainer.Tests.Features;

/// <summary>Features go to a file and come back, row by row.</summary>
public sealed class FeatureFileTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void Open_FewerRowsThanWereExpected_GivesThoseThatCame()
    {
        using var folder = new TemporaryFolder();

        FeatureFile.Write(
            folder["f"],
            2,
            maxRows: 1_000_000,
            [new([1, 2, 3, 4], [0, 1], [0, 2]), new([5, 6], [1], [7])],
            NoMetadata
        );

        using FeatureTable table = FeatureTable.Open(folder["f"]);
        var rows = new float[4];
        table.Read(1, rows);
        Assert.Equal((3, 2), (table.Count, table.FeatureCount));
        Assert.Equal([3, 4, 5, 6], rows);
        Assert.Equal([0, 1, 1], table.ClassIndexes);
        Assert.Equal([0, 2, 7], table.SampleIndexes);
    }

    [Fact]
    public void Write_AnyFile_IsReadByTheOrdinarySafetensorsReader()
    {
        using var folder = new TemporaryFolder();

        FeatureFile.Write(
            folder["f"],
            3,
            maxRows: 12,
            [new([1, 2, 3], [4], [5])],
            new Dictionary<string, string> { ["node"] = "pool" }
        );

        SafetensorsFile file = SafetensorsFile.Read(folder["f"]);
        Assert.Equal([1, 2, 3], file.Tensors[FeatureFile.Features].AsFloat32().ToArray());
        Assert.Equal("pool", file.Metadata["node"]);
    }

    [Fact]
    public void Write_InterruptedBetweenBatches_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<OperationCanceledException>(() =>
            FeatureFile.Write(folder["f"], 1, 2, Interrupted(), NoMetadata)
        );

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));

        static IEnumerable<FeatureRows> Interrupted()
        {
            yield return new FeatureRows([1], [0], [0]);
            throw new OperationCanceledException();
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public void Open_TruncatedFile_SaysWhatIsDamaged(int bytes)
    {
        using var folder = new TemporaryFolder();
        FeatureFile.Write(folder["f"], 2, 2, [new([1, 2, 3, 4], [0, 1], [0, 1])], NoMetadata);
        File.WriteAllBytes(folder["f"], File.ReadAllBytes(folder["f"])[..bytes]);

        WeightsException error = Assert.Throws<WeightsException>(() => FeatureTable.Open(folder["f"]));

        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileCutShortAfterOpening_IsAnErrorAndNotACrash()
    {
        using var folder = new TemporaryFolder();
        FeatureFile.Write(folder["f"], 2, 2, [new([1, 2, 3, 4], [0, 1], [0, 1])], NoMetadata);
        using FeatureTable table = FeatureTable.Open(folder["f"]);
        using (FileStream file = new(folder["f"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(10);
        }

        WeightsException error = Assert.Throws<WeightsException>(() => table.Read(1, new float[2]));

        Assert.Contains("before its last row", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenInCache_DamagedFile_IsWrittenAnew()
    {
        using var folder = new TemporaryFolder();
        var cache = new FeatureCache(folder.Path);
        int written = 0;
        using (cache.Open("key", "train", Write)) { }

        File.WriteAllText(Directory.GetFiles(folder.Path).Single(), "garbage");
        using (FeatureTable table = cache.Open("key", "train", Write))
        {
            Assert.Equal(1, table.Count);
        }

        using (cache.Open("key", "train", Write)) { }

        Assert.Equal(2, written);

        void Write(string path)
        {
            written++;
            FeatureFile.Write(path, 1, 1, [new([1], [0], [0])], NoMetadata);
        }
    }
}
