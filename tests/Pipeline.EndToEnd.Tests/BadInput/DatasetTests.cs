namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>Folders that cannot be trained on, and single images that cannot be read.</summary>
public sealed class DatasetTests : IDisposable
{
    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public void Dispose() => workspace.Dispose();

    /// <summary>The name of a fault, how to make it in a folder that was good, and what the message must say.</summary>
    private static readonly Dictionary<string, (Action<Workspace> Spoil, string[] Expected)> Faults = new(
        StringComparer.Ordinal
    )
    {
        ["no image folder"] = (
            work => Directory.Delete(work["images"], true),
            ["'images' does not exist", "images/train/<class>"]
        ),
        ["a file for an image folder"] = (
            work => Replace(work, "images", "text"),
            ["'images' is a file", "images/train/<class>"]
        ),
        ["no train folder"] = (
            work => Directory.Delete(work["images/train"], true),
            ["'images' has no folder 'train'", "images/train/<class>"]
        ),
        ["no validation folder"] = (
            work => Directory.Delete(work["images/validation"], true),
            ["'images/validation' does not exist", "cat, dog"]
        ),
        ["zero images"] = (Empty, ["'images/train'", "at least 2 classes", "found 0"]),
        ["images without class folders"] = (Flat, ["'images/train'", "at least 2 classes", "found 0"]),
        ["an empty class"] = (
            work => Remake(work, "images/train/dog"),
            ["'dog'", "'images/train/dog'", "Put images there"]
        ),
        ["a class that is empty in validation"] = (
            work => Remake(work, "images/validation/dog"),
            ["'dog'", "'images/validation/dog'"]
        ),
        ["a class that lacks in test"] = (
            work => Directory.Delete(work["images/test/dog"], true),
            ["'dog'", "'images/test/dog'"]
        ),
        ["one class only"] = (OneClass, ["'images/train'", "at least 2 classes", "found 1 ('cat')"]),
        ["two classes alike but for case"] = (
            work => work.Write("images/train/Cat/1.png", Workspace.Png("cat", 1)),
            ["'images/train'", "'Cat'", "'cat'", "case", "Rename"]
        ),
        ["a class of validation only"] = (
            work => work.Write("images/validation/cow/1.png", Workspace.Png("cat", 1)),
            ["'images/validation/cow'", "cat, dog"]
        ),
        ["a class list that disagrees"] = (
            work => work.WithRecipe("folder: images", "folder: images, classes: [cat, dogs]"),
            ["'dogs'", "'images/train'", "Did you mean 'dog'?", "cat, dog"]
        ),
        ["a text file named .png"] = (
            work => work.Write("images/train/cat/000.png", "no image at all"),
            ["1 of 32 images cannot be read", "1 %", "images/train/cat/000.png"]
        ),
        ["a corrupt image"] = (
            work => work.Write("images/train/cat/000.png", Corrupt()),
            ["1 of 32 images cannot be read", "images/train/cat/000.png"]
        ),
        ["a truncated image"] = (
            work => work.Write("images/train/cat/000.png", Workspace.Png("cat", 0)[..300]),
            ["1 of 32 images cannot be read", "images/train/cat/000.png"]
        ),
        ["an empty image"] = (
            work => work.Write("images/train/cat/000.png", []),
            ["images/train/cat/000.png' is empty"]
        ),
        ["a link to nowhere"] = (
            work => File.CreateSymbolicLink(work["images/train/cat/x.png"], "nowhere.png"),
            ["images/train/cat/x.png' does not exist"]
        ),
        ["a bad validation image"] = (
            work => work.Write("images/validation/cat/000.png", "no image at all"),
            ["images/validation/cat/000.png"]
        ),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Train_OnABadFolder_SaysWhatIsWrongWhereAndLeavesNothing(string fault)
    {
        Faults[fault].Spoil(workspace);

        Outcome outcome = await workspace.TrainAsync();

        MessageAssert.IsOneMessage(outcome, 2, Faults[fault].Expected);
        Assert.Empty(workspace.Artifacts());
        Assert.Empty(workspace.HalfWritten());
    }

    [Fact]
    public async Task Train_OnAPipe_DoesNotWaitForIt()
    {
        Assert.Equal(0, (await workspace.RunAsync("mkfifo", workspace["images/train/cat/x.png"])).ExitCode);

        MessageAssert.IsOneMessage(await workspace.TrainAsync(), 2, ["images/train/cat/x.png' is empty"]);
    }

    [Fact]
    public async Task Train_WithLessThan1PercentBad_CountsThemAndGoesOn()
    {
        workspace.WithImages(train: 60);
        workspace.Write("images/train/cat/000.png", "no image at all");
        workspace.Write("images/test/dog/000.png", Corrupt());

        Outcome outcome = await workspace.TrainAsync();

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains(
            "images/train/cat/000.png",
            await File.ReadAllTextAsync(workspace["artifacts/tiny/latest/run.json"]),
            StringComparison.Ordinal
        );
        string row = Assert.Single(
            await File.ReadAllLinesAsync(workspace["artifacts/tiny/latest/predictions.csv"]),
            line => line.StartsWith("test/dog/000.png,", StringComparison.Ordinal)
        );
        Assert.StartsWith("test/dog/000.png,,,", row, StringComparison.Ordinal);
        Assert.Contains(
            "\"skipped\": 1",
            await File.ReadAllTextAsync(workspace["artifacts/tiny/latest/evaluation.json"]),
            StringComparison.Ordinal
        );
        Assert.Contains("could not be read", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(workspace.HalfWritten());
    }

    private static byte[] Corrupt()
    {
        byte[] png = Workspace.Png("cat", 0);
        png.AsSpan(100, 100).Fill(0x55);
        return png;
    }

    private static void Replace(Workspace work, string folder, string text)
    {
        Directory.Delete(work[folder], true);
        File.WriteAllText(work[folder], text);
    }

    private static void Remake(Workspace work, string folder)
    {
        Directory.Delete(work[folder], true);
        Directory.CreateDirectory(work[folder]);
    }

    private static void Empty(Workspace work)
    {
        Remake(work, "images/train");
        Remake(work, "images/validation");
    }

    private static void Flat(Workspace work)
    {
        Remake(work, "images/train");
        work.Write("images/train/1.png", Workspace.Png("cat", 1));
    }

    private static void OneClass(Workspace work)
    {
        foreach (string part in new[] { "train", "validation", "test" })
        {
            Directory.Delete(work[$"images/{part}/dog"], true);
        }
    }
}
