using System.Text.Json;

namespace Pipeline.Inference.Tests.Cli;

public sealed class ScoreProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Score_AFolder_WritesARowPerFileAndSaysWhatIsNext()
    {
        AddImages();

        (int exitCode, string output, string error) = await Run(
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--batch-size",
            "2"
        );

        Assert.Equal(0, exitCode);
        string[] lines = await File.ReadAllLinesAsync(folder["predictions.csv"]);
        Assert.Equal("path,label,probability,error", lines[0]);
        Assert.StartsWith("images/blue/1.png,blue,0.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("images/red/2.png,red,0.", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("images/red/bad.png,,,", lines[3], StringComparison.Ordinal);
        Assert.Contains("images  3, 1 error;", output, StringComparison.Ordinal);
        Assert.Contains("next    pipeline-score evaluate", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Score_IntoTheFolderItself_DoesNotScoreItsOwnOutput()
    {
        AddImages();
        string[] arguments = ["score", "--model", TestModels.Colors, "--folder", ".", "--output", "p.csv"];

        await Run(arguments);
        byte[] first = await File.ReadAllBytesAsync(folder["p.csv"]);
        await Run(arguments);

        Assert.Equal(first, await File.ReadAllBytesAsync(folder["p.csv"]));
    }

    [Fact]
    public async Task Score_AnEmptyFolder_IsAnErrorAndWritesNothing()
    {
        Directory.CreateDirectory(folder["images"]);

        (int exitCode, _, string error) = await Run("score", "--model", TestModels.Colors, "--folder", "images");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: Folder 'images' holds no file", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["predictions.csv"]));
    }

    [Fact]
    public async Task Score_FailOnError_ExitsWith1AndWritesTheFile()
    {
        AddImages();

        (int exitCode, _, _) = await Run(
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--output",
            "out/p.jsonl",
            "--all-scores",
            "--fail-on-error"
        );

        Assert.Equal(1, exitCode);
        string[] lines = await File.ReadAllLinesAsync(folder["out/p.jsonl"]);
        Assert.Equal(3, lines.Length);
        using JsonDocument first = JsonDocument.Parse(lines[0]);
        Assert.Equal(3, first.RootElement.GetProperty("scores").EnumerateObject().Count());
    }

    [Theory]
    [InlineData("score --model MODEL --folder missing", "missing")]
    [InlineData("score --model missing.onnx --folder .", "missing.onnx")]
    [InlineData("score --model MODEL", "--folder")]
    [InlineData("score --model MODEL --folder . --threads 0", "1 to 1024")]
    [InlineData("score --model MODEL --folder . --threads many", "many")]
    [InlineData("score --model MODEL --folder . --device tpu", "auto, cpu, cuda")]
    [InlineData("score --model MODEL --folder . --device-policy perhaps", "fail, warn, cpu")]
    [InlineData("score --model MODEL --folder . --format xml", "csv, jsonl")]
    [InlineData("evaluate --model MODEL --folder .", "no labelled file")]
    [InlineData("verify --model MODEL --golden missing.safetensors", "missing.safetensors")]
    [InlineData("score --model MODEL no*thing", "No file matches the pattern 'no*thing'")]
    [InlineData("score --model MODEL nothing", "'nothing' is no file, folder, pattern")]
    [InlineData("score --model MODEL - -", "named twice")]
    [InlineData("score --model MODEL . --shard 3/2", "--shard is '3/2', expected i/n")]
    [InlineData("score --model MODEL . --move-by-label a --copy-by-label b", "only one of")]
    [InlineData(
        "score --model MODEL . --minimum-confidence 2",
        "--minimum-confidence is '2', expected a number from 0 to 1."
    )]
    [InlineData("tune --model MODEL --folder . --threads 2", "--threads is what tune finds out")]
    [InlineData("compare MODEL MODEL .", "holds no file")]
    [InlineData("tune --model MODEL --folder .", "holds no image that can be read")]
    [InlineData("benchmark --model MODEL --folder .", "no image that can be read")]
    [InlineData("merge a.csv --output b.csv", "a.csv.run.json")]
    [InlineData("train", "train")]
    [InlineData("", "")]
    public async Task BadUsageOrInput_OfAnyVerb_IsOneMessageAndExitCode2(string commandLine, string expected)
    {
        (int exitCode, string output, string error) = await Run(
            commandLine
                .Replace("MODEL", TestModels.Colors, StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Output_ThatIsTheFolderOfImages_ExitsWith2()
    {
        AddImages();

        (int exitCode, _, string error) = await Run(
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--output",
            "images",
            "--format",
            "csv"
        );

        Assert.Equal(2, exitCode);
        Assert.Contains("it is 'images', which is read", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out/predictions.csv", "csv", false)]
    [InlineData("out/predictions.jsonl", "jsonl", true)]
    public async Task Score_StoppedAtAnyMoment_GoesOnWhereItWasAndGivesTheSameBytes(
        string output,
        string format,
        bool kill
    )
    {
        AddManyImages(1500);
        string[] arguments =
        [
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--output",
            output,
            "--batch-size",
            "4",
            "--all-scores",
        ];
        string partial = folder[output + ".partial"];

        using ScoreProcess process = ScoreProcess.Start(folder.Path, arguments);
        Assert.True(
            SpinWait.SpinUntil(
                () => File.Exists(partial) && new FileInfo(partial).Length > 500,
                TimeSpan.FromSeconds(60)
            )
        );
        if (kill)
        {
            process.Kill();
        }
        else
        {
            await process.InterruptAsync();
        }

        (int exitCode, _, string error) = await process.EndAsync();

        Assert.Equal(kill ? 137 : 130, exitCode);
        Assert.False(File.Exists(folder[output]));
        if (!kill)
        {
            Assert.Contains(
                $"The rows so far are in '{output}.partial'. The same command with --resume goes on there.",
                error,
                StringComparison.Ordinal
            );
            Assert.Contains("Interrupted.", error, StringComparison.Ordinal);
        }

        // The end of the last row may be missing after a crash of the machine.
        await using (FileStream torn = File.OpenWrite(partial))
        {
            torn.SetLength(torn.Length - 3);
        }

        Assert.Equal(0, (await Run([.. arguments, "--resume"])).ExitCode);
        Assert.Equal(0, (await Run([.. arguments[..6], "whole." + format, .. arguments[7..]])).ExitCode);
        Assert.Equal(
            await File.ReadAllBytesAsync(folder["whole." + format]),
            await File.ReadAllBytesAsync(folder[output])
        );
        Assert.Equal(
            [folder[output], folder[output + ".run.json"]],
            Directory.GetFileSystemEntries(folder["out"]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Score_ResumedWithOtherOptions_IsRefusedByName()
    {
        AddImages();
        string[] arguments =
        [
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--batch-size",
            "4",
            "--resume",
        ];
        await File.WriteAllTextAsync(folder["predictions.csv.partial"], "path,label,probability,error\n");
        await File.WriteAllTextAsync(
            folder["predictions.csv.partial.json"],
            """{"version":2,"model":"0123456789abcdef","format":"csv","allScores":true"""
                + ""","topK":1,"batchSize":8,"shard":"1/1"}"""
        );

        (int exitCode, _, string error) = await Run(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains("it was made with model 0123456789ab and not ", error, StringComparison.Ordinal);
        Assert.Contains(
            "--all-scores True and not False, --batch-size 8 and not 4. Give the same options and model, "
                + "or leave --resume out to begin anew.",
            error,
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(folder["predictions.csv.partial"]));
    }

    [Fact]
    public async Task Score_InShards_IsMergedToTheBytesOfOneRun()
    {
        AddManyImages(30);
        folder.Write("images/odd,\n\"name\".png", TestPictures.PngOf("blue"));
        string[] arguments = ["score", "--model", TestModels.Colors, "images", "--batch-size", "4", "--threads", "1"];

        await Run([.. arguments, "--output", "whole.csv"]);
        (_, string output, _) = await Run([.. arguments, "--output", "1.csv", "--shard", "1/2"]);
        await Run([.. arguments, "--output", "2.csv", "--shard", "2/2"]);
        (int exitCode, string merged, _) = await Run("merge", "2.csv", "1.csv", "--output", "merged.csv");

        Assert.Equal(0, exitCode);
        Assert.Contains("next    pipeline-score merge", output, StringComparison.Ordinal);
        Assert.Equal("merged  31 rows of 2 shards\nwritten merged.csv\n", merged);
        Assert.Equal(
            await File.ReadAllBytesAsync(folder["whole.csv"]),
            await File.ReadAllBytesAsync(folder["merged.csv"])
        );
    }

    [Fact]
    public async Task Score_AListOnStandardInput_KeepsItsOrderAndNamesWhatIsMissing()
    {
        AddImages();
        folder.Write("two\nlines.png", TestPictures.PngOf("green"));

        (int exitCode, _, _) = await ScoreProcess.RunAsync(
            folder.Path,
            "images/red/2.png\0two\nlines.png\0missing.png\0images/blue/1.png\0"u8.ToArray(),
            "score",
            "--model",
            TestModels.Colors,
            "-",
            "--null",
            "--top-k",
            "2",
            "--output",
            "p.csv"
        );

        string[] rows = (await File.ReadAllTextAsync(folder["p.csv"])).Split('\n');
        Assert.Equal(0, exitCode);
        Assert.Equal("path,label,probability,error,label2,probability2", rows[0]);
        Assert.StartsWith("images/red/2.png,red,0.", rows[1], StringComparison.Ordinal);
        Assert.Equal("\"two", rows[2]);
        Assert.StartsWith("lines.png\",green,0.", rows[3], StringComparison.Ordinal);
        Assert.Equal(
            "missing.png,,,\"Image 'missing.png' does not exist. Check the path, or remove it from the list.\",,",
            rows[4]
        );
        Assert.StartsWith("images/blue/1.png,blue,", rows[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_MoveByLabel_MovesWhatHasAClassAndNothingElse()
    {
        AddImages();

        (int exitCode, string output, _) = await Run(
            "score",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--move-by-label",
            "sorted"
        );

        Assert.Equal(0, exitCode);
        Assert.Contains("sorted  2 images by class", output, StringComparison.Ordinal);
        Assert.Equal(
            [folder["sorted/blue/blue/1.png"], folder["sorted/red/red/2.png"]],
            Directory.GetFiles(folder["sorted"], "*", SearchOption.AllDirectories).Order()
        );
        Assert.Equal(
            [folder["images/red/bad.png"]],
            Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories)
        );
    }

    [Fact]
    public async Task Score_UncertainImages_HaveNoLabelAndAreCountedAndNotSorted()
    {
        AddImages();

        (int exitCode, string output, _) = await Run(
            "score",
            "--model",
            TestModels.Colors,
            "images",
            "--minimum-confidence",
            "1",
            "--copy-by-label",
            "sorted"
        );

        Assert.Equal(0, exitCode);
        Assert.Contains("images  3, 1 error, 2 too uncertain for a label;", output, StringComparison.Ordinal);
        Assert.Contains("stages  decode ", output, StringComparison.Ordinal);
        Assert.Contains("sorted  0 images by class", output, StringComparison.Ordinal);
        Assert.Matches(
            "^images/blue/1.png,,0\\.[0-9]+,$",
            (await File.ReadAllLinesAsync(folder["predictions.csv"]))[1]
        );
    }

    private void AddImages()
    {
        folder.Write("images/blue/1.png", TestPictures.PngOf("blue"));
        folder.Write("images/red/2.png", TestPictures.PngOf("red"));
        folder.Write("images/red/bad.png", "no image"u8.ToArray());
    }

    private void AddManyImages(int count)
    {
        byte[] png = TestPictures.PngOf("red");
        for (int index = 0; index < count; index++)
        {
            folder.Write(FormattableString.Invariant($"images/{index}.png"), png);
        }
    }

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) =>
        ScoreProcess.RunAsync(folder.Path, arguments);
}
