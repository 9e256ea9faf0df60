using System.Text;

namespace Pipeline.Inference.Tests.Cli;

/// <summary>Command lines of any length, misspelt ones, and names that would steer a terminal.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const int ManyNames = 40_000;

    private readonly TemporaryFolder folder = new();

    public CommandLineTests() => folder.Write("i/a.png", TestPictures.PngOf("red"));

    public void Dispose() => folder.Dispose();

    // An earlier ONNX Runtime read the command line itself, and aborted at 32 kB.
    [Fact]
    public async Task Score_ACommandLineOf1600Kilobytes_IsScored()
    {
        string[] names = [.. Enumerable.Repeat("./././././././././././././././././i/a.png", ManyNames)];
        Assert.InRange(names.Sum(name => name.Length + 1), 1_600_000, 2_000_000);

        (int exitCode, _, string error) = await ScoreProcess.RunAsync(
            folder.Path,
            ["score", "--model", TestModels.Colors, "--output", "p.csv", .. names]
        );

        Assert.True(exitCode == 0, error);
        Assert.Equal(ManyNames + 1, File.ReadLines(folder["p.csv"]).Count());
    }

    [Fact]
    public async Task Score_AListInAFile_IsScored()
    {
        folder.Write("list.txt", "i/a.png\r\n\ni/a.png\nmissing.png\n"u8.ToArray());
        folder.Write("nul.txt", "i/a.png\0i/a.png"u8.ToArray());

        Assert.Equal(0, (await Run("score --list list.txt --output p.csv")).ExitCode);
        Assert.Equal(4, File.ReadLines(folder["p.csv"]).Count());
        Assert.Equal(0, (await Run("score --list nul.txt --null --output q.csv")).ExitCode);
        Assert.Equal(3, File.ReadLines(folder["q.csv"]).Count());
        Assert.Contains(
            "List 'none.txt' does not exist",
            (await Run("score --list none.txt")).Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("scroe", "error: Unrecognized command or argument 'scroe'. Did you mean 'score'?")]
    [InlineData("score i --outptu p.csv", "Did you mean '--output'?")]
    [InlineData("score i --batchsize=3", "Did you mean '--batch-size'?")]
    [InlineData("score i --labels l.txt", "--labels goes with --preprocessing")]
    public async Task MisspeltWord_IsGuessed(string commandLine, string expected)
    {
        (int exitCode, _, string error) = await Run(commandLine);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownWord_IsNotGuessed()
    {
        Assert.DoesNotContain("Did you mean", (await Run("elephant")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameWithEscapeSequences_DoesNotReachTheTerminal()
    {
        const string Name = "i/\u001b[31mred\u0007\u009b2J.png";
        folder.Write(Name, "no image"u8.ToArray());

        (_, string output, string error) = await ScoreProcess.RunAsync(
            folder.Path,
            "predict",
            "--model",
            TestModels.Colors,
            Name,
            "i/a.png"
        );

        Assert.DoesNotContain('\u001b', output + error);
        Assert.DoesNotContain('\u009b', output + error);
        Assert.Contains("\\u001b[31mred\\u0007", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameOfMegabytes_IsNotEchoedWhole()
    {
        folder.Write("list.txt", Encoding.UTF8.GetBytes(new string('x', 5_000_000)));

        (int exitCode, string output, string error) = await Run("score --list list.txt --fail-on-error");
        Assert.Equal(1, exitCode);
        Assert.InRange((output + error).Length, 1, 5000);

        (_, output, error) = await Run("predict --list list.txt");
        Assert.InRange((output + error).Length, 1, 5000);
    }

    private Task<(int ExitCode, string Output, string Error)> Run(string commandLine) =>
        ScoreProcess.RunAsync(
            folder.Path,
            [
                .. commandLine.Split(' ').Take(1),
                .. commandLine.Contains("score ", StringComparison.Ordinal)
                || commandLine.StartsWith("predict", StringComparison.Ordinal)
                    ? new[] { "--model", TestModels.Colors }
                    : [],
                .. commandLine.Split(' ').Skip(1),
            ]
        );
}
