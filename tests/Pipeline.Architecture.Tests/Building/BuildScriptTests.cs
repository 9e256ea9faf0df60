using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests.Building;

/// <summary>What <c>build.sh</c> does where the NuGet sources lack a package, and with <c>--gpu</c>.</summary>
[Trait("Kind", "Slow")]
public sealed partial class BuildScriptTests(BuildTree tree) : IClassFixture<BuildTree>
{
    private const string NoAnswer =
        "<PropertyGroup><RestoreSources>https://127.0.0.1:9/index.json</RestoreSources></PropertyGroup>";

    private const string Taken = """
        <Target Name="WriteTaken" AfterTargets="Build">
          <WriteLinesToFile File="../taken.txt" Lines="Gpu=$(Gpu) TorchCuda=$(TorchCuda)" Overwrite="true" />
        </Target>
        """;

    [Fact]
    public async Task Build_SourcesLackPackages_NamesEachInOneLine()
    {
        tree.WriteProjects(
            """
            <ItemGroup><PackageReference Include="TorchSharp" /><PackageReference Include="YamlDotNet" /></ItemGroup>
            """
        );

        (int exitCode, string output, string error) = await tree.RunAsync("--target=build");

        Assert.Equal(2, exitCode);
        string line = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith("error: The NuGet sources lack TorchSharp, YamlDotNet. ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("NU1101", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_SourceDoesNotAnswer_IsNamedInOneLine()
    {
        tree.WriteProjects(NoAnswer + """<ItemGroup><PackageReference Include="TorchSharp" /></ItemGroup>""");

        (int exitCode, _, string error) = await tree.RunAsync("--target=build");

        Assert.Equal(2, exitCode);
        string line = Assert.Single(error.Trim().Split('\n'));
        Assert.Contains("https://127.0.0.1:9/index.json", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_EverythingCachedAndSourceDoesNotAnswer_WarnsThatNothingWasAudited()
    {
        tree.WriteProjects(string.Empty);
        (int first, string online, string onlineError) = await tree.RunAsync("--target=build");
        tree.WriteProjects(NoAnswer);

        (int exitCode, string output, string error) = await tree.RunAsync("--target=build");

        Assert.True(first == 0 && exitCode == 0, online + onlineError + output + error);
        Assert.Contains("warning NU1900", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpu_SourcesLackTorchWithCuda_SaysSoAndTakesCudaForScoring()
    {
        tree.WriteProjects(Taken);

        (int exitCode, string output, string error) = await tree.RunAsync("--target=setup", "--gpu");
        (int again, string second, string secondError) = await tree.RunAsync("--target=build", "--gpu");

        Assert.True(exitCode == 0 && again == 0, output + error + second + secondError);
        foreach (string text in new[] { output, second })
        {
            string line = Assert.Single(
                Colours().Replace(text, string.Empty).Split('\n'),
                line => line.Contains("lack", StringComparison.Ordinal)
            );
            Assert.StartsWith("The NuGet sources lack TorchSharp-cuda-", line, StringComparison.Ordinal);
            Assert.Contains("--torch=<folder>", line, StringComparison.Ordinal);
        }

        Assert.Contains("Asking the NuGet sources", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Asking the NuGet sources", second, StringComparison.Ordinal);
        Assert.Equal("Gpu=true TorchCuda=", File.ReadAllText(tree["taken.txt"]).Trim());
    }

    [Fact]
    public async Task Gpu_SourcesHaveTorchWithCuda_TakesIt()
    {
        using var own = new BuildTree();
        own.AddPackage(OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux", "0.107.0");
        own.WriteProjects(Taken);

        (int exitCode, string output, string error) = await own.RunAsync("--target=build", "--gpu");

        Assert.True(exitCode == 0, output + error);
        Assert.Equal("Gpu=true TorchCuda=true", File.ReadAllText(own["taken.txt"]).Trim());
    }

    [Fact]
    public async Task Torch_FolderIsNotThere_IsOneError()
    {
        (int exitCode, _, string error) = await tree.RunAsync("--torch=no/such/folder");

        Assert.Equal(2, exitCode);
        string line = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith(
            "error: --torch: the folder 'no/such/folder' does not exist.",
            line,
            StringComparison.Ordinal
        );
    }

    // Cake colours what it fills in where it takes the output for a terminal.
    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
