using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Testing;

namespace Pipeline.Core.Tests.Imaging.Loading;

public sealed class ImageLoaderTests
{
    private static readonly Preprocessing Rules = new()
    {
        Size = TestModels.Size,
        Resize = ResizeMode.Squash,
        Kernel = ResizeKernel.Bicubic,
        Antialias = true,
        Scale = 1 / 255.0,
        Mean = [0, 0, 0],
        Std = [1, 1, 1],
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    [InlineData(100, 3)]
    public async Task LoadAsync_AnyWorkersAndSizes_KeepsTheOrder(int batchSize, int workers)
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(25);
        var seen = new List<string>();
        var sizes = new List<int>();

        await foreach (
            DecodedBatch batch in new ImageLoader(Rules, batchSize, workers, 2).LoadAsync(Files(paths), default)
        )
        {
            using (batch)
            {
                seen.AddRange(batch.Sources.Select(source => source.Name));
                sizes.Add(batch.ImageCount);
            }
        }

        Assert.Equal(paths, seen);
        Assert.Equal(25, sizes.Sum());
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(batchSize, size));
    }

    [Fact]
    public async Task LoadAsync_BadFilesBetweenGoodOnes_LeavesNoGapAndNoStalePixel()
    {
        using var folder = new TemporaryFolder();
        string red = folder.Write("red.png", TestPictures.PngOf("red"));
        string green = folder.Write("green.png", TestPictures.PngOf("green"));
        string bad = folder.Write("bad.png", "no image"u8.ToArray());

        await foreach (
            DecodedBatch batch in new ImageLoader(Rules, 5, 2, 1).LoadAsync(Files([bad, red, bad, green, bad]), default)
        )
        {
            using (batch)
            {
                Assert.Equal(2, batch.ImageCount);
                Assert.Equal(2 * TestModels.Size.RgbBytes, batch.Pixels.Length);
                Assert.True(batch.Pixels[0] > 150 && batch.Pixels[1] == 0);
                Assert.True(
                    batch.Pixels[TestModels.Size.RgbBytes] == 0 && batch.Pixels[TestModels.Size.RgbBytes + 1] > 150
                );
                Assert.Equal([false, true, false, true, false], batch.Errors.Select(error => error is null));
            }
        }
    }

    [Fact]
    public async Task LoadAsync_ReaderThatStopsEarly_EndsAllWorkers()
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(10);
        int enumerated = 0;

        await foreach (DecodedBatch batch in new ImageLoader(Rules, 2, 2, 1).LoadAsync(Files(Endless()), default))
        {
            batch.Dispose();
            break;
        }

        int atTheEnd = enumerated;
        Assert.InRange(atTheEnd, 2, 10); // the batch that was read, those ahead, and the one being filled
        await Task.Yield();
        Assert.Equal(atTheEnd, enumerated);

        IEnumerable<string> Endless()
        {
            while (true)
            {
                yield return paths[enumerated++ % paths.Length];
            }
        }
    }

    [Fact]
    public async Task LoadAsync_ListThatFails_GivesItsOwnError()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("red.png", TestPictures.PngOf("red"));

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (DecodedBatch batch in new ImageLoader(Rules, 2, 2, 1).LoadAsync(Files(Failing()), default))
            {
                batch.Dispose();
            }
        });

        Assert.Equal("list", error.Message);

        IEnumerable<string> Failing()
        {
            yield return path;
            yield return path;
            throw new InvalidOperationException("list");
        }
    }

    [Fact]
    public async Task LoadAsync_AsCompleted_PassesABatchThatIsReadyBeforeASlowOne()
    {
        using var slow = new GatedStream(TestPictures.PngOf("red"));
        ImageSource[] images =
        [
            ImageSource.FromStream(slow, "slow"),
            ImageSource.FromBytes(TestPictures.PngOf("green"), "fast"),
        ];
        var seen = new List<string>();

        await foreach (
            DecodedBatch batch in new ImageLoader(Rules, 1, 2, 2) { Order = LoadOrder.AsCompleted }.LoadAsync(
                images.ToAsyncEnumerable(),
                default
            )
        )
        {
            seen.Add(batch.Sources[0].Name);
            Assert.Equal(1, batch.ImageCount);
            batch.Dispose();
            slow.Open(); // only now: in the order given, this would never be reached
        }

        Assert.Equal(["fast", "slow"], seen);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    public async Task LoadAsync_AsCompleted_GivesEveryImageOnce(int batchSize, int workers)
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(25);
        var seen = new List<string>();

        await foreach (
            DecodedBatch batch in new ImageLoader(Rules, batchSize, workers, 2)
            {
                Order = LoadOrder.AsCompleted,
            }.LoadAsync(Files(paths), default)
        )
        {
            seen.AddRange(batch.Sources.Select(source => source.Name));
            batch.Dispose();
        }

        Assert.Equal(paths, seen.Order(StringComparer.Ordinal));
    }

    private static IAsyncEnumerable<ImageSource> Files(IEnumerable<string> paths) =>
        paths.Select(ImageSource.FromFile).ToAsyncEnumerable();
}
