namespace Pipeline.Inference.Tests.Cli;

/// <summary>What is read is never written over, and what is there only when it was asked for.</summary>
public sealed class OutputGuardTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, byte[]> before = [];

    public OutputGuardTests()
    {
        File.Copy(TestModels.Colors, folder["model.onnx"]);
        folder.Write("images/red.png", TestPictures.PngOf("red"));
        folder.Write("images/blue.png", TestPictures.PngOf("blue"));
        folder.Write("notes.csv", "mine\n"u8.ToArray());
        folder.Write("list.txt", "images/red.png\n"u8.ToArray());
        File.CreateSymbolicLink(folder["link.csv"], folder["model.onnx"]);
        File.CreateSymbolicLink(folder["elsewhere"], folder["images"]);
        Link(folder["model.onnx"], folder["hard.csv"]);
        Link(folder["images/red.png"], folder["hard.jsonl"]);
        foreach (string path in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            before[path] = File.ReadAllBytes(path);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("score MODEL images --output model.onnx --format csv", "it is 'model.onnx', which is read")]
    [InlineData("score MODEL images --output ./images/../model.onnx --format csv", "it is 'model.onnx', which is read")]
    [InlineData("score MODEL images --output link.csv", "it is 'model.onnx', which is read")]
    [InlineData("score MODEL images --output hard.csv", "it is 'model.onnx', which is read")]
    [InlineData("score MODEL images --output hard.jsonl", "it is 'images/red.png', which is read")]
    [InlineData("score MODEL images --output images/red.png --format csv", "it is 'images/red.png', which is read")]
    [InlineData(
        "score MODEL images --output elsewhere/blue.png --format csv",
        "it is 'images/blue.png', which is read"
    )]
    [InlineData("score MODEL --list list.txt --output list.txt --format csv", "it is 'list.txt', which is read")]
    [InlineData(
        "score MODEL --list list.txt --output images/red.png --format csv",
        "it is 'images/red.png', which is read"
    )]
    [InlineData("evaluate MODEL --folder images --output model.onnx", "expected one that ends in .json")]
    [InlineData("evaluate MODEL --folder images --predictions hard.csv", "it is 'model.onnx', which is read")]
    [InlineData("verify MODEL --golden model.onnx --output model.onnx", "expected one that ends in .json")]
    [InlineData("merge notes.csv --output notes.csv", "it is 'notes.csv', which is read")]
    public async Task Output_ThatIsRead_IsRefusedAlsoByForce(string commandLine, string expected)
    {
        foreach (string more in new[] { string.Empty, " --force" })
        {
            (int exitCode, _, string error) = await Run(commandLine + more);

            Assert.Equal(2, exitCode);
            Assert.Contains(expected, error, StringComparison.Ordinal);
            AssertNothingChanged();
        }
    }

    [Fact]
    public async Task Output_ThatIsSomebodyElses_NeedsForce()
    {
        (int exitCode, _, string error) = await Run("score MODEL images --output notes.csv");
        Assert.Equal(2, exitCode);
        Assert.Contains("a file of that name is there", error, StringComparison.Ordinal);
        AssertNothingChanged();

        Assert.Equal(0, (await Run("score MODEL images --output notes.csv --force")).ExitCode);
        Assert.Equal(0, (await Run("score MODEL images --output notes.csv")).ExitCode); // its own by now
        Assert.StartsWith(
            "path,label,probability,error",
            await File.ReadAllTextAsync(folder["notes.csv"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Output_WithAnotherExtension_IsRefusedUnlessTheFormatIsSaid()
    {
        (int exitCode, _, string error) = await Run("score MODEL images --output e.xlsx");
        Assert.Equal(2, exitCode);
        Assert.Contains("expected one that ends in .csv or .jsonl", error, StringComparison.Ordinal);

        Assert.Equal(0, (await Run("score MODEL images --output e.txt --format csv")).ExitCode);
    }

    [Fact]
    public async Task PartialFile_OfSomebodyElse_IsKept()
    {
        folder.Write("p.csv.partial", "mine"u8.ToArray());

        (int exitCode, _, string error) = await Run("score MODEL images --output p.csv");

        Assert.Equal(2, exitCode);
        Assert.Contains("p.csv.partial", error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["p.csv.partial"]));
    }

    [Theory]
    [InlineData("images")]
    [InlineData("images/sorted")]
    [InlineData("elsewhere/sorted")]
    public async Task LabelFolders_InTheFolderThatIsScored_AreRefused(string root)
    {
        foreach (string option in new[] { "--move-by-label", "--copy-by-label", "--link-by-label" })
        {
            (int exitCode, _, string error) = await Run($"score MODEL images {option} {root}");

            Assert.Equal(2, exitCode);
            Assert.Contains(
                $"{option} is '{root}', which is in the folder 'images/' that is scored",
                error,
                StringComparison.Ordinal
            );
            AssertNothingChanged();
        }
    }

    [Fact]
    public async Task Resume_OfACompleteFile_KnowsWhatItWasMadeFrom()
    {
        Assert.Equal(0, (await Run("score MODEL images")).ExitCode);
        string[] same = ["score", "--model", "model.onnx", "images", "--resume"];
        (int exitCode, string output, _) = await ScoreProcess.RunAsync(folder.Path, same);
        Assert.Equal(0, exitCode);
        Assert.Contains("is complete already", output, StringComparison.Ordinal);

        Assert.Contains(
            "was made with model",
            await Refused(["score", "--model", TestModels.Path("no-golden"), "images", "--resume"]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "was made with --top-k 1 and not 2",
            await Refused([.. same, "--top-k", "2"]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "was made from another list",
            await Refused(["score", "--model", "model.onnx", "images/red.png", "--resume"]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--shard 1/1 and not 1/2",
            await Refused([.. same, "--shard", "1/2"]),
            StringComparison.Ordinal
        );

        string rows = await File.ReadAllTextAsync(folder["predictions.csv"]);
        await File.WriteAllTextAsync(folder["predictions.csv"], rows.Replace("red,", "tan,", StringComparison.Ordinal));
        Assert.Contains("was changed since it was written", await Refused(same), StringComparison.Ordinal);

        File.Delete(folder["predictions.csv.run.json"]);
        Assert.Contains("predictions.csv.run.json' is missing", await Refused(same), StringComparison.Ordinal);
    }

    private async Task<string> Refused(string[] arguments)
    {
        (int exitCode, _, string error) = await ScoreProcess.RunAsync(folder.Path, arguments);
        Assert.Equal(2, exitCode);
        return error;
    }

    private Task<(int ExitCode, string Output, string Error)> Run(string commandLine) =>
        ScoreProcess.RunAsync(
            folder.Path,
            commandLine.Replace("MODEL", "--model model.onnx", StringComparison.Ordinal).Split(' ')
        );

    private void AssertNothingChanged()
    {
        Assert.Equal(
            before.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        );
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    private static void Link(string from, string to)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("ln", [from, to]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
