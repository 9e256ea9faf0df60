using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary><c>pipeline-train summary</c> as a user types it.</summary>
public sealed class SummaryTests
{
    [Fact]
    public async Task Summary_HeadAndTrainableSet_ShowsShapesParametersAndWhatIsTrained()
    {
        using var folder = new TemporaryFolder();

        Outcome result = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            "summary",
            "vgg-16",
            "--head",
            "flatten; dense: 4096; dense: 1072; dropout: 0.2; dense: classes",
            "--classes",
            "10",
            "--train",
            "last: 2"
        );

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("121,881,946 parameters, 109,527,066 trainable, ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"features\.26\W+Conv2d\W+block5\W+\[512, 14, 14\]\W+2,359,808\W+no\W+462\.42", result.Output);
        Assert.Matches(@"features\.28\W+Conv2d\W+block5\W+\[512, 14, 14\]\W+2,359,808\W+yes\W+462\.42", result.Output);
        Assert.Matches(@"head\.dense_3\W+Linear\W+head\W+\[10\]\W+10,730\W+yes", result.Output);
    }

    [Theory]
    [InlineData("vgg-61", "", "Did you mean 'vgg-11'?")]
    [InlineData("vgg-16", "--cut block6", "Did you mean 'block1'?")]
    [InlineData("vgg-16", "--size 16", "its smallest square is 32x32")]
    [InlineData("vgg-16", "--train some", "none, head, all, { last: n }")]
    public async Task Summary_BadArgument_IsOneMessage(string network, string more, string expected)
    {
        using var folder = new TemporaryFolder();

        Outcome result = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            ["summary", network, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
        );

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }
}
