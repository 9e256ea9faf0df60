namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>Classifiers made elsewhere: one that gets a contract, and those that cannot.</summary>
public sealed class ForeignModelTests : IDisposable
{
    private const string Contract = """
        {
          "labels": ["blue", "green", "red"],
          "output": "logits",
          "preprocessing": { "version": 1, "resize": "squash", "width": 8, "height": 8, "kernel": "bicubic",
            "antialias": true, "scale": 0.00392156862745098, "mean": [0, 0, 0], "std": [1, 1, 1] },
          "provenance": { "maker": "make.py" }
        }
        """;

    private readonly Workspace workspace = new();

    public ForeignModelTests()
    {
        workspace.Write(
            "foreign.onnx",
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "models", "no-contract.onnx"))
        );
        workspace.Write("contract.json", Contract);
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Export_FromAForeignClassifier_GivesAFileThatExplainsItself()
    {
        Outcome exported = await workspace.RunAsync(Export());
        Outcome inspected = await workspace.RunAsync(Workspace.Score("inspect", "--model", "out.onnx"));

        Assert.True(exported.ExitCode == 0, exported.Error);
        Assert.Contains("contract embedded", exported.Output, StringComparison.Ordinal);
        Assert.Contains("3: blue, green, red", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("passed, largest difference 0", inspected.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["contract.json", "foreign.onnx", "out.onnx"],
            Directory.EnumerateFiles(workspace.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("\"red\"]", "\"red\", \"white\"]", "its output 'logits' is float [N, 3], its contract has 4 labels")]
    [InlineData("\"width\": 8", "\"width\": 9", "its input 'image' is uint8 [N, 8, 8, 3], expected uint8 [N, 8, 9, 3]")]
    [InlineData("\"scale\"", "\"inGraph\": [], \"scale\"", "expected float [N, 3, 8, 8]")]
    [InlineData("\"provenance\"", "\"origin\"", "it has the key 'origin'")]
    [InlineData(
        "\"kernel\": \"bicubic\"",
        "\"kernel\": \"area\"",
        "expected one of: nearest, bilinear, bicubic, lanczos3"
    )]
    public async Task Export_ContractThatDoesNotFit_SaysWhy(string good, string bad, string expected)
    {
        Assert.Contains(good, Contract, StringComparison.Ordinal);
        workspace.Write("contract.json", Contract.Replace(good, bad, StringComparison.Ordinal));

        MessageAssert.IsOneMessage(await workspace.RunAsync(Export()), 2, [expected]);

        Assert.Equal(
            ["contract.json", "foreign.onnx"],
            Directory.EnumerateFiles(workspace.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    private static string[] Export() =>
        [
            .. Workspace.Train()[..2],
            "export",
            "--from",
            "foreign.onnx",
            "--contract",
            "contract.json",
            "--output",
            "out.onnx",
        ];
}
