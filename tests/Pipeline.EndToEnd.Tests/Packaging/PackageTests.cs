using System.IO.Compression;
using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>The package as another team meets it: a local folder as the source, a console application that has never seen this repository. Needs <c>./build.sh --target=pack</c>.</summary>
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
            <PackageReference Include="Pipeline.Inference.Bundled" Version="VERSION" />
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

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Package_InAFreshApplication_RestoresAndScores()
    {
        string package = PackedFile.Bundled;
        workspace.Write("NuGet.config", $"<configuration><packageSources><add key=\"packed\" value=\"{Path.GetDirectoryName(package)}\" /></packageSources></configuration>");
        workspace.Write("app.csproj", Project.Replace("VERSION", Path.GetFileNameWithoutExtension(package)["Pipeline.Inference.Bundled.".Length..], StringComparison.Ordinal));
        workspace.Write("Program.cs", Program);
        workspace.Write("red.png", ScoreTests.Red());
        workspace.Write("text.png", "no image at all");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "models", "colors.onnx"), workspace["model.onnx"]);

        Outcome outcome = await workspace.RunAsync("dotnet", "run", "--project", "app.csproj");

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Contains("red.png=red\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("text.png=Image 'text.png' is a text file", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_Licences_AreThoseOfEveryPart()
    {
        using ZipArchive package = ZipFile.OpenRead(PackedFile.Bundled);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.All(["README.md", "licences/pipeline/LICENSE", "licences/onnxruntime/LICENSE", "licences/onnxruntime/ThirdPartyNotices.txt", "licences/libvips/README.md", "licences/libvips/LGPL-3.0.txt", "licences/libvips/GPL-3.0.txt"], name => Assert.Contains(name, names));
        Assert.All(["Pipeline.Core.dll", "Pipeline.Inference.dll", "Pipeline.Inference.xml", "Microsoft.ML.OnnxRuntime.dll"], name => Assert.Contains($"lib/net10.0/{name}", names));
        Assert.All(["libonnxruntime.so", "libvips.so.42"], name => Assert.Contains($"runtimes/linux-x64/native/{name}", names));
        Assert.DoesNotContain(names, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }
}
