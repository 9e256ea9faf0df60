using System.Diagnostics;

namespace Pipeline.Architecture.Tests;

/// <summary>The projects over packages that some feeds do not have: left out in one line, or built against a folder that is given.</summary>
public sealed class OptionalPackagesTests
{
    [Theory]
    [InlineData("Pipeline.Inference.MLNet", "MLNetPath", "Pipeline.Inference.MLNet is left out, with its tests, bench and samples: ML.NET is not here. Give -p:MLNetPath=<folder of its assemblies>, or take packages with -p:Packages=nuget.")]
    [InlineData("Pipeline.Inference.ImageSharp", "ImageSharpPath", "Pipeline.Inference.ImageSharp is left out, with its tests: ImageSharp is not here. Give -p:ImageSharpPath=<folder of SixLabors.ImageSharp.dll>, or take packages with -p:Packages=nuget.")]
    public async Task Project_NothingGiven_IsLeftOutInOneLine(string project, string property, string line)
    {
        string output = await MSBuildAsync(project, "-t:SayWhatIsLeftOut", "-p:Packages=local", $"-p:{property}=");

        Assert.Equal(line, output.Trim());
    }

    [Theory]
    [InlineData("Pipeline.Inference.MLNet", "MLNetPath", "CheckMLNetPath", "expected a folder that holds Microsoft.ML.Data.dll and the other assemblies of ML.NET.")]
    [InlineData("Pipeline.Inference.ImageSharp", "ImageSharpPath", "CheckImageSharpPath", "expected a folder that holds SixLabors.ImageSharp.dll.")]
    public async Task Project_FolderWithoutTheAssemblies_IsAnError(string project, string property, string target, string expected)
    {
        string output = await MSBuildAsync(project, $"-t:{target}", "-p:Packages=local", $"-p:{property}=/nowhere");

        Assert.Contains($"{property} is '/nowhere', {expected}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pipeline.Inference.MLNet", "Microsoft.ML", "Microsoft.ML.ImageAnalytics")]
    [InlineData("Pipeline.Inference.ImageSharp", "SixLabors.ImageSharp")]
    public async Task Project_NugetRoute_ReferencesThePackagesAndIsPacked(string project, params string[] packages)
    {
        string items = await MSBuildAsync(project, "-p:Packages=nuget", "-p:MLNetPath=", "-p:ImageSharpPath=", "-getItem:PackageReference");
        string packable = await MSBuildAsync(project, "-p:Packages=nuget", "-p:MLNetPath=", "-p:ImageSharpPath=", "-getProperty:IsPackable");

        Assert.All(packages, package => Assert.Contains($"\"Identity\": \"{package}\"", items, StringComparison.Ordinal));
        Assert.Equal("true", packable.Trim());
    }

    private static async Task<string> MSBuildAsync(string project, params string[] arguments)
    {
        string path = Path.Combine(SourceTree.Root, "inference", project, project + ".csproj");
        var start = new ProcessStartInfo("dotnet", ["msbuild", path, "-nologo", "-v:m", "-nodeReuse:false", .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = SourceTree.Root };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet cannot be started.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
