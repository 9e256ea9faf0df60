using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.EndToEnd.Tests.BadInput;
using Pipeline.Inference.Scoring;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>
/// The sample that knows only the package, trimmed and with .NET inside: it must answer as the untrimmed code does
/// here. Needs <c>./build.sh --target=pack</c>.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class TrimmedConsoleTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Console_Trimmed_GivesTheSameAnswers()
    {
        Assert.True(File.Exists(PackedFile.Find("Pipeline.Inference")));
        string model = Path.Combine(AppContext.BaseDirectory, "data", "models", "colors.onnx");
        string[] images = ["cat.png", "dog.png", "red.png"];
        workspace.Write("cat.png", Workspace.Png("cat", 1));
        workspace.Write("dog.png", Workspace.Png("dog", 2));
        workspace.Write("red.png", ScoreTests.Red());
        workspace.Write("text.png", "no image at all");

        Outcome published = await workspace.RunAsync(
            "dotnet",
            "publish",
            Path.Combine(PackedFile.Repository, "samples", "TrimmedConsole"),
            "--configuration",
            "Release",
            "--runtime",
            "linux-x64",
            "--nologo",
            "--verbosity",
            "quiet",
            "-p:FromPackage=true",
            $"-p:ArtifactsPath={workspace["built"]}",
            "--output",
            workspace["console"]
        );
        Assert.True(published.ExitCode == 0, published.Output + published.Error);
        Outcome outcome = await workspace.RunAsync([workspace["console/TrimmedConsole"], model, .. images, "text.png"]);

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        using ImageClassifier classifier = ImageClassifier.Load(model);
        string[] lines = outcome.Output.Split('\n');
        Assert.Equal(images.Select(image => Line(image, classifier.Classify(workspace[image]))), lines[..3]);
        Assert.StartsWith("Image 'text.png' is a text file", lines[3], StringComparison.Ordinal);
        Assert.True(File.Exists(workspace["console/libonnxruntime.so"]));
        Assert.False(File.Exists(workspace["console/System.Private.Xml.dll"]), "nothing was trimmed");
    }

    private static string Line(string image, Prediction prediction) =>
        string.Create(CultureInfo.InvariantCulture, $"{image} {prediction.Label} {prediction.Probability:R}");
}
