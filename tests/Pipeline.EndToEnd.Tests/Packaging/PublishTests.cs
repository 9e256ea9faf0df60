using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>
/// The programs published for systems that are not this one: each with the natives of its system, and no others.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class PublishTests : IDisposable
{
    private static readonly string[] Natives = [".so", ".dll", ".dylib", ".42"];

    private static readonly string[] Unix = [".so", ".dylib"];

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("win-x64", "libvips-42.dll", "onnxruntime.dll", "LibTorchSharp.dll", "torch_cpu.dll")]
    [InlineData(
        "osx-arm64",
        "libvips.42.dylib",
        "libonnxruntime.dylib",
        "libLibTorchSharp.dylib",
        "libtorch_cpu.dylib"
    )]
    // no package brings libtorch: it scores, and does not train
    [InlineData("linux-arm64", "libvips.so.42", "libonnxruntime.so")]
    public async Task Publish_ForAnotherSystem_BringsItsNatives(string runtime, params string[] expected)
    {
        await PublishAsync("trainer/Pipeline.Trainer.Cli", runtime, workspace["train"]);
        await PublishAsync("inference/Pipeline.Inference.Cli", runtime, workspace["score"]);

        Assert.Equal(
            expected,
            Known(workspace["train"]).Intersect(expected).OrderBy(name => Array.IndexOf(expected, name))
        );
        Assert.Equal(
            expected[..2],
            Known(workspace["score"]).Intersect(expected).OrderBy(name => Array.IndexOf(expected, name))
        );
        string[] foreign = [.. Unix.Where(extension => !expected[0].Contains(extension, StringComparison.Ordinal))];
        Assert.DoesNotContain(
            Known(workspace["train"]).Concat(Known(workspace["score"])),
            name => foreign.Contains(Path.GetExtension(name))
        );
    }

    private static string[] Known(string folder) =>
        [
            .. Directory
                .GetFiles(folder)
                .Where(path => Natives.Contains(Path.GetExtension(path)))
                .Select(path => Path.GetFileName(path)),
        ];

    private async Task PublishAsync(string project, string runtime, string output)
    {
        Outcome outcome = await workspace.RunAsync(
            "dotnet",
            "publish",
            Path.Combine(PackedFile.Repository, project),
            "--configuration",
            "Release",
            "--runtime",
            runtime,
            "--self-contained",
            "--nologo",
            "--verbosity",
            "quiet",
            $"-p:ArtifactsPath={workspace["built"]}",
            "--output",
            output
        );

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }
}
