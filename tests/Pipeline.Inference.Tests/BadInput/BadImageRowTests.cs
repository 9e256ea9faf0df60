using System.Diagnostics;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Tests.Cli;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>
/// What stands in the row of each kind of bad or odd file. A good image lies between all of them, and its score is
/// nobody else's.
/// </summary>
public sealed class BadImageRowTests : IDisposable
{
    private const string Accepted = "expected JPEG, PNG, WebP, GIF, TIFF or BMP. Convert it, or remove it.";

    private readonly TemporaryFolder folder = new();
    private readonly ImageClassifier classifier = ImageClassifier.Load(
        TestModels.Colors,
        new ScoringOptions { Threads = 1, BatchSize = 4 }
    );

    public void Dispose()
    {
        classifier.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Score_FilesThatAreNoWholeImage_GetTheirReasonAndLeaveTheOthersAlone()
    {
        byte[] png = TestPictures.PngOf("green");
        byte[] jpeg = await File.ReadAllBytesAsync(Data("baseline.jpg"));
        byte[] noise = new byte[400];
        new Random(1).NextBytes(noise);
        (string Name, byte[] Content, string Reason)[] bad =
        [
            (
                "bomb.png",
                PngBuilder.Build(30_000, 30_000, depth: 1, colorType: 0, new byte[3750]),
                "Image 'PATH' has 30000x30000 pixels, expected at most 100 million. Save it smaller, or remove it."
            ),
            (
                "drawing.svg",
                [.. "<svg xmlns='http://www.w3.org/2000/svg'/>"u8],
                $"Image 'PATH' is an SVG drawing, {Accepted}"
            ),
            ("noise.jpg", noise, $"Image 'PATH' is not an image of a known format, {Accepted}"),
            (
                "short.jpg",
                jpeg[..(jpeg.Length / 2)],
                "Image 'PATH' is truncated or damaged: its data has no end (JPEG). Copy it again, or remove it."
            ),
            (
                "short.png",
                png[..(png.Length / 2)],
                "Image 'PATH' is truncated or damaged: its data has no end (PNG). Copy it again, or remove it."
            ),
            ("words.png", [.. "words\n"u8], $"Image 'PATH' is a text file, {Accepted}"),
            ("zero.png", [], "Image 'PATH' is empty (0 bytes), or no plain file. Copy it again, or remove it."),
        ];
        foreach ((string name, byte[] content, _) in bad)
        {
            folder.Write(name, content);
            folder.Write(name + "~good.png", png);
        }

        Prediction[] found = await classifier.ClassifyFolderAsync(folder.Path).ToArrayAsync();

        float[] expected = classifier.Classify(png).Probabilities;
        Assert.Equal(
            bad.Select(item => item.Reason.Replace("PATH", folder[item.Name], StringComparison.Ordinal)),
            found.Where((_, index) => index % 2 == 0).Select(prediction => prediction.Error)
        );
        Assert.All(
            found.Where((_, index) => index % 2 == 1),
            prediction => Assert.Equal(expected, prediction.Probabilities)
        );
    }

    [Fact]
    public void Classify_OddButWholeImages_GetTheirOwnScore()
    {
        string pixel = folder.Write("pixel.png", PngBuilder.Build(1, 1, depth: 8, colorType: 2, [200, 0, 0]));
        string deep = folder.Write(
            "deep.png",
            PngBuilder.Build(
                5,
                3,
                depth: 16,
                colorType: 2,
                [.. Enumerable.Range(0, 5).SelectMany(_ => new byte[] { 0, 0, 200, 200, 0, 0 })]
            )
        );

        Assert.Equal(Softmax(200, 0, 0), classifier.Classify(pixel).Probabilities, Near);
        // 200 * 257 in 16 bits is 200 in 8
        Assert.Equal(Softmax(0, 200, 0), classifier.Classify(deep).Probabilities, Near);
        // the first frame; the later ones are black
        Assert.Equal("blue", classifier.Classify(Data("animated.gif")).Label);
        Assert.NotNull(classifier.Classify(Data("cmyk.jpg")).Label);
    }

    // The picture is red, green, blue and white quarters, stored in eight ways; that the right way is found is tested
    // in Pipeline.Core.Tests, on pixels.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Classify_AnyExifOrientation_GivesTheUprightPicturesScore(int orientation)
    {
        float[] upright = classifier.Classify(Data("exif-1.jpg")).Probabilities;

        float[] found = classifier.Classify(Data($"exif-{orientation}.jpg")).Probabilities;

        // JPEG rounds each of the eight on its own
        Assert.All(upright.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 0.01f));
    }

    [Fact]
    public async Task Score_WhatIsNoFile_GetsItsReason()
    {
        string good = folder.Write("x.jpg/inside.png", TestPictures.PngOf("red"));
        File.CreateSymbolicLink(folder["loop.png"], folder["loop.png"]);
        File.CreateSymbolicLink(folder["nowhere.png"], folder["gone"]);
        Directory.CreateSymbolicLink(folder["up"], folder.Path);

        Prediction[] walked = await classifier.ClassifyFolderAsync(folder.Path).ToArrayAsync();
        Prediction named = classifier.Classify(folder["x.jpg"]);

        Assert.Equal([folder["loop.png"], folder["nowhere.png"], good], walked.Select(prediction => prediction.Path));
        Assert.Equal(
            $"Image '{folder["loop.png"]}' cannot be read: Too many levels of symbolic links : "
                + $"'{folder["loop.png"]}' Check its permissions.",
            walked[0].Error
        );
        Assert.Equal(
            $"Image '{folder["nowhere.png"]}' does not exist. Check the path, or remove it from the list.",
            walked[1].Error
        );
        Assert.Equal("red", walked[2].Label);
        Assert.Equal($"Image '{folder["x.jpg"]}' is a folder, expected a file. Remove it from the list.", named.Error);
    }

    [Fact]
    public async Task Score_APipeAndANameThatIsNoUtf8_GetTheirReason()
    {
        string pipe = folder["pipe.jpg"];
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync();
        await Process
            .Start("sh", ["-c", """cd "$0" && echo > "$(printf 'odd\377.png')" """, folder.Path])
            .WaitForExitAsync();

        Prediction[] found = await classifier.ClassifyFolderAsync(folder.Path).ToArrayAsync();
        Prediction waited = await classifier.ClassifyAsync(pipe);
        // .NET cannot even remove it
        await Process.Start("find", [folder.Path, "-name", "odd*", "-delete"]).WaitForExitAsync();

        Assert.Equal(
            $"Image '{folder["odd\uFFFD.png"]}' cannot be opened: its name holds bytes that are no UTF-8. Rename it.",
            found[0].Error
        );
        Assert.All(
            [found[1], waited],
            prediction =>
                Assert.Equal(
                    $"Image '{pipe}' is empty (0 bytes), or no plain file. Copy it again, or remove it.",
                    prediction.Error
                )
        );
    }

    [Fact]
    public async Task Score_AFileThatVanishesBetweenListingAndReading_GetsItsReason()
    {
        string[] paths = folder.AddColors(9);
        IEnumerable<string> listed = FolderListing
            .Enumerate(folder.Path)
            .Select(path =>
            {
                if (path == paths[4])
                {
                    File.Delete(path);
                }

                return path;
            });

        Prediction[] found = await classifier.ClassifyFilesAsync(listed).ToArrayAsync();

        Assert.Equal($"Image '{paths[4]}' does not exist. Check the path, or remove it from the list.", found[4].Error);
        Assert.Equal(
            [.. Enumerable.Range(0, 9).Select(index => index == 4 ? null : TestPictures.ColorOf(index))],
            found.Select(prediction => prediction.Label)
        );
    }

    [Fact]
    public async Task Score_AFileWithoutReadPermission_GetsItsReason()
    {
        string path = folder.Write("images/locked.png", TestPictures.PngOf("red"));
        folder.Write("images/open.png", TestPictures.PngOf("red"));
        await Process.Start("chmod", ["000", path]).WaitForExitAsync();
        // Root reads everything, unless it gives up the right to.
        string[] under = Environment.IsPrivilegedProcess
            ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
            : [];

        using ScoreProcess process = ScoreProcess.Start(
            folder.Path,
            [],
            ["score", "--model", TestModels.Colors, "images"],
            under
        );
        (int exitCode, _, string error) = await process.EndAsync();

        string[] rows = await File.ReadAllLinesAsync(folder["predictions.csv"]);
        Assert.Equal((0, string.Empty), (exitCode, error));
        Assert.Equal(
            $"images/locked.png,,,Image 'images/locked.png' cannot be read: Access to the path '{path}' is denied. "
                + "Check its permissions.",
            rows[1]
        );
        Assert.StartsWith("images/open.png,red,", rows[2], StringComparison.Ordinal);
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", "images", name);

    private static bool Near(float left, float right) => Math.Abs(left - right) < 1e-6f;

    private static float[] Softmax(byte red, byte green, byte blue)
    {
        double[] powers = [.. TestModels.ColorLogits([red, green, blue]).Select(logit => Math.Exp(logit))];
        return [.. powers.Select(power => (float)(power / powers.Sum()))];
    }
}
