using System.Globalization;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Tests.Cli;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>
/// Damaged image files through the real program, in a process of its own: a native crash is a failed test. Case i is a
/// function of i alone.
/// </summary>
public sealed class ImageFuzzTests
{
    private const int CasesOfAFormat = 2000;
    private const string DataLimit = "--data=1600000000"; // what a good run takes, and 1 GB
    private const int GoodEvery = 10;

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Score_DamagedImages_GivesARowEachAndGoodImagesTheirOwnScore()
    {
        using var folder = new TemporaryFolder();
        byte[][][] formats =
        [
            .. Directory
                .GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "images"))
                .Order(StringComparer.Ordinal)
                .GroupBy(Path.GetExtension)
                .Where(group => group.Key is not (".py" or ".json"))
                .Select(group => group.Select(File.ReadAllBytes).ToArray()),
        ];
        Assert.Equal(6, formats.Length); // JPEG, PNG, WebP, GIF, TIFF, BMP
        int count = CasesOfAFormat * formats.Length;
        for (int index = 0; index < count; index++)
        {
            byte[][] seeds = formats[index % formats.Length];
            byte[][] others = formats[index / 7 % formats.Length];
            byte[] content =
                index / formats.Length % GoodEvery == 0
                    ? Good(index)
                    : Mutations.Damage(
                        index,
                        seeds[index / formats.Length % seeds.Length],
                        others[index % others.Length]
                    );
            folder.Write(FormattableString.Invariant($"images/{index:00000}"), content);
        }

        using ScoreProcess process = ScoreProcess.Start(
            folder.Path,
            [],
            ["score", "--model", TestModels.Colors, "images", "--output", "p.jsonl", "--all-scores"],
            ["prlimit", DataLimit]
        );
        (int exitCode, _, string error) = await process.EndAsync();

        Assert.True(exitCode == 0, $"exit code {exitCode}: {error}");
        JsonElement[] rows =
        [
            .. File.ReadLines(folder["p.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement),
        ];
        Assert.Equal(
            Enumerable.Range(0, count).Select(index => FormattableString.Invariant($"images/{index:00000}")),
            rows.Select(row => row.GetProperty("path").GetString())
        );
        using ImageClassifier classifier = ImageClassifier.Load(TestModels.Colors, new ScoringOptions { Threads = 1 });
        foreach (int index in Enumerable.Range(0, count).Where(index => index / formats.Length % GoodEvery == 0))
        {
            float[] expected = classifier.Classify(Good(index)).Probabilities;
            float[] found =
            [
                .. rows[index].GetProperty("scores").EnumerateObject().Select(score => score.Value.GetSingle()),
            ];
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        int refused = rows.Count(row => row.GetProperty("error").ValueKind == JsonValueKind.String);
        TestContext.Current.SendDiagnosticMessage(
            string.Create(CultureInfo.InvariantCulture, $"{count} files, {refused} refused")
        );
    }

    private static byte[] Good(int index) =>
        TestPictures.PngOf(TestPictures.ColorOf(index), (byte)(50 + (index / GoodEvery % 200)));
}
