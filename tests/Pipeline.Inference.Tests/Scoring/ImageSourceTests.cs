using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class ImageSourceTests
{
    [Fact]
    public async Task Classify_OneImageInEveryForm_GivesOneAnswer()
    {
        using var folder = new TemporaryFolder();
        byte[] png = TestPictures.PngOf("green");
        string path = folder.Write("g.png", png);
        PixelBuffer pixels = ImageDecoder.DecodeOriginal(path);
        using ImageClassifier classifier = Load();
        using ImageBatch decoded = ImageBatch.Rent(1, classifier.Contract.Preprocessing.Size);
        ImageDecoder.DecodeFile(path, classifier.Contract.Preprocessing, decoded.Image(0));

        Prediction[] answers =
        [
            classifier.Classify(path),
            classifier.Classify(png, "bytes"),
            classifier.Classify(new MemoryStream(png), "stream"),
            classifier.Classify(pixels.Pixels.Span, pixels.Size, "pixels"),
            .. classifier.Classify(decoded),
            await classifier.ClassifyAsync(path),
            await classifier.ClassifyAsync(new MemoryStream(png), "stream"),
            .. classifier.Classify(Forms(path, png, pixels)),
            .. await classifier.ClassifyAsync(Forms(path, png, pixels)).ToArrayAsync(),
        ];

        Assert.Equal(
            [path, "bytes", "stream", "pixels", string.Empty, path, "stream", path, "b", "s", "p", path, "b", "s", "p"],
            answers.Select(answer => answer.Path)
        );
        Assert.All(answers, answer => Assert.Equal("green", answer.Label));
        Assert.All(answers, answer => Assert.Equal(answers[0].Probabilities, answer.Probabilities));
    }

    [Fact]
    public void Classify_PixelsOfAnotherLength_IsTheCallersMistake()
    {
        using ImageClassifier classifier = Load();

        Assert.Throws<ArgumentException>(() => classifier.Classify(new byte[10], new ImageSize(2, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Classify([], new ImageSize(0, 2)));
        Assert.Throws<ArgumentException>(() => ImageSource.FromPixels(new byte[13], new ImageSize(2, 2)));
        using ImageBatch wrong = ImageBatch.Rent(1, new ImageSize(9, 8));
        Assert.Throws<ShapeException>(() => classifier.Classify(wrong));
    }

    [Fact]
    public async Task Classify_AStreamThatBreaks_IsAPredictionWithAnError()
    {
        using ImageClassifier classifier = Load();

        Assert.Equal("the line is dead", classifier.Classify(new BrokenStream()).Error);
        Assert.Equal("the line is dead", (await classifier.ClassifyAsync(new BrokenStream())).Error);
        Assert.NotNull(classifier.Classify(Stream.Null).Error);
    }

    [Fact]
    public async Task Classify_AnEndlessStream_StopsAtTheLimit()
    {
        using ImageClassifier classifier = Load();

        Prediction prediction = await classifier.ClassifyAsync(new EndlessStream(), "upload");

        Assert.Equal("Image 'upload' is larger than 256 MiB. Save it smaller, or remove it.", prediction.Error);
    }

    [Fact]
    public async Task ClassifyAsync_CancelledBefore_Throws()
    {
        using ImageClassifier classifier = Load();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            classifier.ClassifyAsync(new MemoryStream(), cancellationToken: new CancellationToken(true))
        );
    }

    [Fact]
    public async Task ClassifyAsync_ImagesFromAQueue_AreClassifiedAsTheyCome()
    {
        using ImageClassifier classifier = Load();

        Prediction[] rows = await classifier.ClassifyAsync(Arriving()).ToArrayAsync();

        Assert.Equal(["0", "1", "2", "3", "4"], rows.Select(row => row.Path));
        Assert.Equal(Enumerable.Range(0, 5).Select(TestPictures.ColorOf), rows.Select(row => row.Label));

        static async IAsyncEnumerable<ImageSource> Arriving()
        {
            for (int index = 0; index < 5; index++)
            {
                await Task.Yield();
                yield return ImageSource.FromBytes(
                    TestPictures.PngOf(TestPictures.ColorOf(index)),
                    FormattableString.Invariant($"{index}")
                );
            }
        }
    }

    private static ImageSource[] Forms(string path, byte[] png, PixelBuffer pixels) =>
        [
            ImageSource.FromFile(path),
            ImageSource.FromBytes(png, "b"),
            ImageSource.FromStream(new MemoryStream(png), "s"),
            ImageSource.FromPixels(pixels.Pixels, pixels.Size, "p"),
        ];

    private static ImageClassifier Load() =>
        ImageClassifier.Load(TestModels.Colors, new ScoringOptions { Threads = 1, BatchSize = 3 });

    private sealed class BrokenStream : MemoryStream
    {
        public override void CopyTo(Stream destination, int bufferSize) => throw new IOException("the line is dead");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("the line is dead"));
    }

    /// <summary>Zeros without an end.</summary>
    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => 0;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(buffer.Length);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
