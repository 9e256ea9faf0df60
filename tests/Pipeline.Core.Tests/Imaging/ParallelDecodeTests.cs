using System.Collections.Concurrent;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

public sealed class ParallelDecodeTests
{
    private static readonly string[] Files =
    [
        "baseline.jpg",
        "progressive.jpg",
        "exif-6.jpg",
        "cmyk.jpg",
        "rgb.png",
        "rgba.png",
        "palette.png",
        "lossy.webp",
        "animated.gif",
        "rgb.tif",
        "profile-swapped.png",
    ];

    [Fact]
    public void Decode_OnEightThreads_GivesTheBytesOfOne()
    {
        Preprocessing rules = TestImages.Rules(33, 21);
        byte[][] alone = [.. Files.Select(file => Decode(file, rules))];

        string[] different =
        [
            .. Run(
                threads: 8,
                rounds: 40,
                round =>
                {
                    int index = round % Files.Length;
                    return Decode(Files[index], rules).AsSpan().SequenceEqual(alone[index]) ? null : Files[index];
                }
            ),
        ];

        Assert.Empty(different);
    }

    [Fact]
    public void Decode_BadFilesOnEightThreads_EachGetsItsOwnReason()
    {
        Preprocessing rules = TestImages.Rules(16, 16);
        var size = new ImageSize(64, 64);
        byte[] png = ImageEncoder.EncodePng(TestImages.Photo(size), size);
        png[png.Length / 2] ^= 4;
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(size), size);
        jpeg.AsSpan(jpeg.Length / 2, 200).Clear();
        byte[] tiff = TestImages.Read("rgb.tif")[..200];
        (byte[] Bytes, string Reason)[] bad = [(png, "png"), (jpeg, "jpeg"), (tiff, "tiff")];

        string[] wrong =
        [
            .. Run(
                threads: 8,
                rounds: 60,
                round =>
                {
                    (byte[] bytes, string reason) = bad[round % bad.Length];
                    var error = Assert.Throws<ImageDecodeException>(() =>
                        ImageDecoder.Decode(bytes, "bad", rules, new byte[rules.Size.RgbBytes])
                    );
                    bool foreign = bad.Any(other =>
                        other.Reason != reason
                        && error.Message.Contains(other.Reason, StringComparison.OrdinalIgnoreCase)
                    );
                    return foreign || !error.Message.Contains(reason, StringComparison.OrdinalIgnoreCase)
                        ? error.Message
                        : null;
                }
            ),
        ];

        Assert.Empty(wrong);
    }

    private static byte[] Decode(string file, Preprocessing rules)
    {
        var result = new byte[rules.Size.RgbBytes];
        ImageDecoder.DecodeFile(TestImages.PathOf(file), rules, result);
        return result;
    }

    // Real threads, each all rounds, started together.
    private static ConcurrentBag<string> Run(int threads, int rounds, Func<int, string?> body)
    {
        var faults = new ConcurrentBag<string>();
        using var start = new Barrier(threads);
        Thread[] workers =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(worker => new Thread(() =>
                {
                    start.SignalAndWait();
                    for (int round = 0; round < rounds; round++)
                    {
                        if (body(worker + round) is string fault)
                        {
                            faults.Add(fault);
                        }
                    }
                })),
        ];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return faults;
    }
}
