using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>Models and folders that cannot be scored, and single images that cannot be read.</summary>
public sealed class ScoreTests : IDisposable
{
    private readonly Workspace workspace = new();

    public ScoreTests()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "models", "colors.onnx"), workspace["model.onnx"]);
        workspace.Write("photos/red/1.png", Red());
        workspace.Write("photos/red/2.png", Red());
    }

    public void Dispose() => workspace.Dispose();

    private static readonly Dictionary<
        string,
        (Action<Workspace> Spoil, string CommandLine, string[] Expected)
    > Faults = new(StringComparer.Ordinal)
    {
        ["no folder"] = (
            _ => { },
            "score --model model.onnx --folder nowhere",
            ["'nowhere'", "there is none of that name"]
        ),
        ["a file for a folder"] = (
            _ => { },
            "score --model model.onnx --folder model.onnx",
            ["'model.onnx'", "it is a file"]
        ),
        ["zero images"] = (
            work => Directory.CreateDirectory(work["empty"]),
            "score --model model.onnx --folder empty",
            ["'empty'", "holds no file", "Put images there"]
        ),
        ["no model"] = (_ => { }, "score --model nowhere.onnx --folder photos", ["'nowhere.onnx'"]),
        ["a text file for a model"] = (
            work => work.Write("text.onnx", "no model"),
            "score --model text.onnx --folder photos",
            ["'text.onnx'"]
        ),
        ["a folder for a model"] = (_ => { }, "score --model photos --folder photos", ["'photos'"]),
        ["a truncated model"] = (Truncate, "score --model short.onnx --folder photos", ["'short.onnx'"]),
        ["a model without a contract"] = (
            work => Model(work, "no-contract"),
            "score --model no-contract.onnx --folder photos",
            ["'no-contract.onnx'", "contract"]
        ),
        ["labels that disagree with the graph"] = (
            work => Model(work, "wrong-class-count"),
            "score --model wrong-class-count.onnx --folder photos",
            ["'wrong-class-count.onnx'", "3", "4"]
        ),
        ["class folders that disagree with the labels"] = (
            work => work.Write("photos/yellow/1.png", Red()),
            "evaluate --model model.onnx --folder photos",
            ["'photos'", "yellow", "blue, green, red"]
        ),
        ["a class folder in another case"] = (
            work => work.Write("photos/Red/1.png", Red()),
            "evaluate --model model.onnx --folder photos",
            ["'photos'", "Red", "blue, green, red"]
        ),
        ["no labelled image"] = (
            work => Directory.CreateDirectory(work["empty/red"]),
            "evaluate --model model.onnx --folder empty",
            ["'empty'", "no labelled file", "blue, green, red"]
        ),
        ["no folder to evaluate"] = (_ => { }, "evaluate --model model.onnx --folder nowhere", ["'nowhere'"]),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Program_OnBadInput_SaysWhatIsWrongAndWritesNothing(string fault)
    {
        (Action<Workspace> spoil, string commandLine, string[] expected) = Faults[fault];
        spoil(workspace);

        Outcome outcome = await workspace.RunAsync(Workspace.Score(commandLine.Split(' ')));

        MessageAssert.IsOneMessage(outcome, 2, expected);
        Assert.False(File.Exists(workspace["predictions.csv"]));
        Assert.False(File.Exists(workspace["evaluation.json"]));
        Assert.Empty(workspace.HalfWritten());
    }

    [Fact]
    public async Task Score_BadImagesAmongGoodOnes_GetARowEachWithTheReason()
    {
        byte[] corrupt = Red();
        corrupt.AsSpan(45).Fill(0x55);
        workspace.Write("photos/corrupt.png", corrupt);
        workspace.Write("photos/empty.png", []);
        workspace.Write("photos/text.png", "no image at all");
        workspace.Write("photos/truncated.png", Red()[..50]);
        File.CreateSymbolicLink(workspace["photos/link.png"], "nowhere.png");
        Assert.Equal(0, (await workspace.RunAsync("mkfifo", workspace["photos/pipe.png"])).ExitCode);

        Outcome outcome = await workspace.RunAsync(
            Workspace.Score("score", "--model", "model.onnx", "--folder", "photos")
        );
        Outcome strict = await workspace.RunAsync(
            Workspace.Score(
                "score",
                "--model",
                "model.onnx",
                "--folder",
                "photos",
                "--output",
                "strict.csv",
                "--fail-on-error"
            )
        );

        string[] rows = await File.ReadAllLinesAsync(workspace["predictions.csv"]);
        Assert.Equal((0, 1), (outcome.ExitCode, strict.ExitCode));
        Assert.Equal(9, rows.Length);
        Assert.All(
            ["corrupt", "empty", "link", "pipe", "text", "truncated"],
            name =>
                Assert.Matches(
                    $"^photos/{name}.png,,,.+",
                    Assert.Single(rows, row => row.Contains($"/{name}.png,", StringComparison.Ordinal))
                )
        );
        Assert.Equal(2, rows.Count(row => row.Contains(",red,", StringComparison.Ordinal)));
        Assert.Contains("images  8, 6 errors", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(rows, await File.ReadAllLinesAsync(workspace["strict.csv"]));
        MessageAssert.HasNoStackTrace(outcome);
    }

    internal static byte[] Red()
    {
        var size = new ImageSize(8, 8);
        byte[] pixels = new byte[size.RgbBytes];
        for (int index = 0; index < pixels.Length; index += 3)
        {
            pixels[index] = 255;
        }

        return ImageEncoder.EncodePng(pixels, size);
    }

    private static void Model(Workspace work, string name) =>
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "models", $"{name}.onnx"), work[$"{name}.onnx"]);

    private static void Truncate(Workspace work)
    {
        byte[] model = File.ReadAllBytes(work["model.onnx"]);
        work.Write("short.onnx", model[..(model.Length / 2)]);
    }
}
