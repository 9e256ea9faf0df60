using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>
/// The packages as another team meets them: a folder as a source, an application that has never seen this repository.
/// Needs <c>./build.sh --target=pack</c>.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class PackageTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestorePackagesPath>packages</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Pipeline.Inference" Version="VERSION" />
            <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.0" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using Pipeline.Inference.Scoring;

        using ImageClassifier classifier = ImageClassifier.Load("model.onnx");
        await foreach (var prediction in classifier.ClassifyFilesAsync(["red.png", "text.png"], CancellationToken.None))
        {
            Console.WriteLine($"{prediction.Path}={prediction.Label}{prediction.Error}");
        }
        """;

    private const string TrainingProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <RestorePackagesPath>packages</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Pipeline.Training" Version="VERSION" />
            <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
            <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.0" />
          </ItemGroup>
        </Project>
        """;

    private const string TrainingProgram = """
        using Pipeline.Training;

        var trainer = ImageTrainer.FromYaml(RECIPE, new ImageTrainerOptions { Images = Read() });
        TrainedRun run = await trainer.FitAsync();
        Console.WriteLine($"{run.ModelPath} {File.Exists(run.ModelPath)}");

        static async IAsyncEnumerable<LabelledImage> Read()
        {
            foreach (string path in Directory.EnumerateFiles("images", "*.png", SearchOption.AllDirectories))
            {
                string label = Path.GetFileName(Path.GetDirectoryName(path)!);
                string name = path.Replace(Path.DirectorySeparatorChar, '-');
                yield return new LabelledImage(name, label, await File.ReadAllBytesAsync(path));
            }
        }
        """;

    private const string TrainingRecipe = """
        name: packed
        threads: 1
        data: { source: application, split: { validation: 0.3, test: 0.2 } }
        models:
          - name: small
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: small-cnn }
            phases: [ { train: all, optimizer: { name: adam }, epochs: 1, precision: fp32 } ]
        """;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Package_InAFreshApplication_RestoresAndScores()
    {
        workspace.Write("NuGet.config", PackedFile.NuGetConfig);
        workspace.Write("app.csproj", Project.Replace("VERSION", PackedFile.Version, StringComparison.Ordinal));
        workspace.Write("Program.cs", Program);
        workspace.Write("red.png", ScoreTests.Red());
        workspace.Write("text.png", "no image at all");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "models", "colors.onnx"), workspace["model.onnx"]);

        Outcome outcome = await workspace.RunAsync("dotnet", "run", "--project", "app.csproj");

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Contains("red.png=red\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("text.png=Image 'text.png' is a text file", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// On Debian 12, too, whose libstdc++ is older than TorchSharp's library wants: the mend is in the package.
    /// </summary>
    [Fact]
    public async Task TrainingPackage_InAFreshApplication_TrainsAndPublishes()
    {
        workspace.WithImages();
        workspace.Write("NuGet.config", PackedFile.NuGetConfig);
        workspace.Write("app.csproj", TrainingProject.Replace("VERSION", PackedFile.Version, StringComparison.Ordinal));
        string recipe = $"\"\"\"\n{TrainingRecipe}\n\"\"\"";
        workspace.Write("Program.cs", TrainingProgram.Replace("RECIPE", recipe, StringComparison.Ordinal));

        Outcome outcome = await workspace.RunAsync("dotnet", "run", "--project", "app.csproj");

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Contains("artifacts/packed/1/model.onnx True\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(workspace["bin"], "*", SearchOption.AllDirectories),
            path => path.Contains("libtorch_python", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("Pipeline.Training", "Pipeline.Trainer", "Pipeline.Export", "Pipeline.Inference")]
    [InlineData("Pipeline.Trainer", "Pipeline.Networks", "Pipeline.Torch", "YamlDotNet")]
    [InlineData("Pipeline.Core", "BitMiracle.LibJpeg.NET", "NetVips.Native")]
    [InlineData("Pipeline.Inference", "Pipeline.Core", "Microsoft.ML.OnnxRuntime.Managed")]
    [InlineData("Pipeline.Inference.MLNet", "Pipeline.Inference", "Microsoft.ML", "Microsoft.ML.ImageAnalytics")]
    [InlineData("Pipeline.Inference.ImageSharp", "Pipeline.Inference", "SixLabors.ImageSharp")]
    public void Package_OfALibrary_HoldsItAloneAndLeavesTheNativesToTheApplication(string id, params string[] expected)
    {
        (string found, Dictionary<string, string> dependencies) = PackedFile.Nuspec(PackedFile.Find(id));

        Assert.Equal(id, found);
        Assert.All(expected, name => Assert.Contains(name, dependencies.Keys));
        Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", dependencies.Keys);
        Assert.DoesNotContain("Microsoft.ML.OnnxRuntime.Gpu", dependencies.Keys);
        string[] binaries =
        [
            .. PackedFile
                .Files(PackedFile.Find(id))
                .Where(name => Path.GetExtension(name) is ".dll" or ".so" or ".dylib"),
        ];
        Assert.Equal([$"lib/net10.0/{id}.dll"], binaries);
    }
}
