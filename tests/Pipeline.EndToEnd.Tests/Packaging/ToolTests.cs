using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>
/// The programs as .NET tools, installed into a folder that has never seen this repository. Needs <c>./build.sh
/// --target=pack</c>.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class ToolTests : IDisposable
{
    private const long MostBytes = 250_000_000;

    private const string Recipe = """
        name: tiny
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: pretrained
            preprocessing: { size: 32, resize: squash, kernel: bilinear }
            backbone: { name: resnet-18-cntk, weights: mlnet }
            head: [global_average_pool, { dense: classes }]
            phases:
              - train: head
                optimizer: { name: sgd, learning_rate: 1e-2 }
                epochs: 1
        """;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Tools_InstalledElsewhere_TrainAndScore()
    {
        workspace.WithImages().WithRecipe(Recipe);
        workspace.Write("NuGet.config", PackedFile.NuGetConfig);
        await InstallAsync("pipeline-train");
        await InstallAsync("pipeline-score");
        var nothingCached = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = workspace["nuget"],
            ["PIPELINE_CACHE"] = workspace["cache"],
        };

        Outcome trained = await workspace.RunAsync(
            [workspace["tools/pipeline-train"], "train", "--recipe", "recipe.yaml"],
            nothingCached
        );
        Outcome scored = await workspace.RunAsync(
            workspace["tools/pipeline-score"],
            "score",
            "--model",
            "artifacts/tiny/latest/model.onnx",
            "images/test",
            "--output",
            "predictions.csv"
        );

        Assert.True(trained.ExitCode == 0, trained.Output + trained.Error);
        Assert.True(scored.ExitCode == 0, scored.Output + scored.Error);
        // eight images and the header
        Assert.Equal(9, (await File.ReadAllLinesAsync(workspace["predictions.csv"])).Length);
    }

    [Theory]
    [InlineData("pipeline-train", "libtorch/LICENSE-LIBTORCH.txt", "torchsharp/LICENSE.txt")]
    [InlineData("pipeline-score")]
    public void Tool_Package_HoldsThisPlatformsNativesAndEveryLicence(string id, params string[] more)
    {
        string package = PackedFile.Find($"{id}.linux-x64");

        string[] files = PackedFile.Files(package);

        Assert.InRange(new FileInfo(package).Length, 1, MostBytes);
        string[] licences =
        [
            "pipeline/LICENSE",
            "libvips/LGPL-3.0.txt",
            "libvips/GPL-3.0.txt",
            "libvips/THIRD-PARTY-NOTICES.md",
            "libjpeg.net/license.txt",
            "onnxruntime/LICENSE",
            "onnxruntime/ThirdPartyNotices.txt",
            .. more,
        ];
        string[] found =
        [
            .. files
                .Where(name => name.StartsWith("licences/", StringComparison.Ordinal))
                .Select(name => $"{name.Split('/')[1]}/{Path.GetFileName(name)}"),
        ]; // a package's version may lie between
        Assert.All(licences, name => Assert.Contains(name, found));
        Assert.Contains(files, name => name.EndsWith("/libonnxruntime.so", StringComparison.Ordinal));
        Assert.Contains(files, name => name.EndsWith("/libvips.so.42", StringComparison.Ordinal));
        Assert.Equal(
            id == "pipeline-train",
            files.Any(name => name.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(
            files,
            name =>
                name.Contains("torch_python", StringComparison.Ordinal)
                || Path.GetExtension(name) == ".dylib"
                || Path.GetFileName(name) == "onnxruntime.dll"
        );
    }

    private async Task InstallAsync(string id)
    {
        Outcome outcome = await workspace.RunAsync(
            "dotnet",
            "tool",
            "install",
            id,
            "--tool-path",
            workspace["tools"],
            "--version",
            PackedFile.Version,
            "--configfile",
            workspace["NuGet.config"],
            "--no-cache"
        );

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }
}
