using System.Globalization;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Tests.Cli;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>Damaged image files through the real program, in a process of its own: a native crash is a failed test. Case i is a function of i alone.</summary>
public sealed class ImageFuzzTests
{
    private const int Cases = 8000;
    private const int GoodEvery = 10;

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Score_DamagedImages_GivesARowEachAndGoodImagesTheirOwnScore()
    {
        using var folder = new TemporaryFolder();
        byte[][] seeds = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "images")).Where(path => Path.GetExtension(path) is not (".py" or ".json")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        for (int index = 0; index < Cases; index++)
        {
            byte[] content = index % GoodEvery == 0 ? Good(index) : Mutations.Damage(index, seeds[index % seeds.Length], seeds[(index * 7) % seeds.Length]);
            folder.Write(FormattableString.Invariant($"images/{index:00000}"), content);
        }

        (int exitCode, _, string error) = await ScoreProcess.RunAsync(folder.Path, "score", "--model", TestModels.Colors, "images", "--output", "p.jsonl", "--all-scores");

        Assert.True(exitCode == 0, $"exit code {exitCode}: {error}");
        JsonElement[] rows = [.. File.ReadLines(folder["p.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Enumerable.Range(0, Cases).Select(index => FormattableString.Invariant($"images/{index:00000}")), rows.Select(row => row.GetProperty("path").GetString()));
        using ImageClassifier classifier = ImageClassifier.Load(TestModels.Colors, new ScoringOptions { Threads = 1 });
        for (int index = 0; index < Cases; index += GoodEvery)
        {
            float[] expected = classifier.Classify(Good(index)).Probabilities;
            float[] found = [.. rows[index].GetProperty("scores").EnumerateObject().Select(score => score.Value.GetSingle())];
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        int refused = rows.Count(row => row.GetProperty("error").ValueKind == JsonValueKind.String);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{Cases} files, {refused} refused"));
    }

    private static byte[] Good(int index) => TestPictures.PngOf(TestPictures.ColorOf(index), (byte)(50 + (index / GoodEvery % 200)));
}
