using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Testing;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Tests.Data;

/// <summary>
/// Images that the loader keeps between epochs. The files are removed after the first one: what is read then comes from
/// memory.
/// </summary>
public sealed class KeptImagesTests : IDisposable
{
    private const int Count = 6,
        Side = 16;
    private static readonly Preprocessing Rules = TestNetworks.Preprocessing(Side);

    private readonly TemporaryFolder folder = new();
    private readonly ImageSample[] samples;

    public KeptImagesTests()
    {
        samples = [.. TestImages.Of(folder, Count).Train];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_SecondTimeInAnotherOrder_GivesTheSameBytesWithoutTheFiles()
    {
        SampleLoader loader = Loader(Count * Rules.Size.RgbBytes);
        Dictionary<int, byte[]> first = Read(loader, samples, [0, 1, 2, 3, 4, 5]);
        Directory.Delete(folder["images"], recursive: true);

        Dictionary<int, byte[]> second = Read(loader, samples, [5, 3, 1, 4, 2, 0]);

        Assert.Equal(Count, second.Count);
        Assert.All(second, image => Assert.Equal(first[image.Key], image.Value));
        Assert.NotEqual(first[0], first[1]);
    }

    [Fact]
    public void Read_OnlySomeTheFirstTime_KeepsThose()
    {
        SampleLoader loader = Loader(Count * Rules.Size.RgbBytes);
        Read(loader, samples, [4, 2]);
        File.Delete(samples[4].Path);
        File.Delete(samples[2].Path);

        Assert.Equal(Count, Read(loader, samples, [0, 1, 2, 3, 4, 5]).Count);
    }

    [Fact]
    public void Read_ListThatDoesNotFitIntoTheBudget_IsDecodedEachTime()
    {
        SampleLoader loader = Loader((Count * Rules.Size.RgbBytes) - 1);
        Read(loader, samples, [0, 1]);
        Directory.Delete(folder["images"], recursive: true);

        Assert.Throws<DatasetException>(() => Read(loader, samples, [0, 1]));
    }

    [Fact]
    public void Read_SecondList_HasWhatTheFirstLeft()
    {
        ImageSample[] others = [.. samples[..2]];
        SampleLoader loader = Loader((Count + 1) * Rules.Size.RgbBytes);
        Read(loader, samples, [0, 1]);
        Read(loader, others, [0, 1]);
        Directory.Delete(folder["images"], recursive: true);

        Assert.Equal(2, Read(loader, samples, [0, 1]).Count);
        Assert.Throws<DatasetException>(() => Read(loader, others, [0, 1]));
    }

    private static SampleLoader Loader(long budget) =>
        new(Rules, 2, new SkippedImages(Count), new KeptImages(Rules.Size, budget));

    private static Dictionary<int, byte[]> Read(SampleLoader loader, IReadOnlyList<ImageSample> list, int[] order)
    {
        var images = new Dictionary<int, byte[]>();
        foreach (DecodedBatch batch in loader.ReadAsync(list, order, 4, CancellationToken.None).ToBlockingEnumerable())
        {
            using (batch)
            {
                for (int index = 0; index < batch.ImageCount; index++)
                {
                    images.Add(batch.SampleIndexes()[index], batch.Memory.Image(index).ToArray());
                }
            }
        }

        return images;
    }
}
