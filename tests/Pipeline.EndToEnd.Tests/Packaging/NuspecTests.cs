using System.IO.Compression;
using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>
/// The two packages by their nuspecs: one holds ONNX Runtime, the other depends on it. The second is made here for real, by the SDK, from a source that holds stand-ins for the two packages that a
/// partial feed lacks: our build of ONNX Runtime's C# API under its published name and version, and an empty one for libvips' natives.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class NuspecTests : IDisposable
{
    private static readonly string[] Abstractions =
    [
        "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options",
    ];

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Nuspecs_OfBothRoutes_HoldOrReferenceOnnxRuntimeButNotBoth()
    {
        string nuget = await PackFromPackagesAsync();

        (string bundledId, Dictionary<string, string> bundled) = PackedFile.Nuspec(PackedFile.Bundled);
        (string nugetId, Dictionary<string, string> referenced) = PackedFile.Nuspec(nuget);

        Assert.Equal(("Pipeline.Inference.Bundled", "Pipeline.Inference"), (bundledId, nugetId));
        Assert.Equal("1.29.0", referenced["Microsoft.ML.OnnxRuntime.Managed"]);
        Assert.DoesNotContain(bundled.Keys, name => name.StartsWith("Microsoft.ML", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", referenced.Keys);     // the application picks the natives:
        Assert.DoesNotContain("Microsoft.ML.OnnxRuntime.Gpu", referenced.Keys);
        Assert.All(Abstractions, name => Assert.Equal(bundled[name], referenced[name]));
        Assert.Equal(["lib/net10.0/Pipeline.Inference.dll"], PackedFile.Files(nuget).Where(IsBinary));
        Assert.Contains("runtimes/linux-x64/native/libonnxruntime.so", PackedFile.Files(PackedFile.Bundled));

        // what the project references is what the hand-written nuspec lists, but for what each route has of its own
        string[] engines = ["Microsoft.ML.OnnxRuntime.Managed", "NetVips.Native", "Pipeline.Core"];
        Assert.Equal(referenced.Where(item => !engines.Contains(item.Key)).Append(new("System.Numerics.Tensors", bundled["System.Numerics.Tensors"])).OrderBy(item => item.Key, StringComparer.Ordinal), bundled.OrderBy(item => item.Key, StringComparer.Ordinal));
    }

    private static bool IsBinary(string name) => Path.GetExtension(name) is ".dll" or ".so" or ".dylib" || name.Contains(".so.", StringComparison.Ordinal);

    private async Task<string> PackFromPackagesAsync()
    {
        using ZipArchive bundled = ZipFile.OpenRead(PackedFile.Bundled);
        StandIn("Microsoft.ML.OnnxRuntime.Managed", "1.29.0", "lib/net10.0/Microsoft.ML.OnnxRuntime.dll", bundled);
        StandIn("NetVips.Native", "8.18.6", "README.md", bundled);

        // everything into this test's folder: a stand-in must never reach the cache that other builds use
        Outcome outcome = await workspace.RunAsync(
            "dotnet", "pack", Path.Combine(PackedFile.Repository, "inference", "Pipeline.Inference"), "--configuration", "Release", "--nologo", "--verbosity", "quiet", "-maxcpucount:1",
            "-p:Packages=nuget", $"-p:ArtifactsPath={workspace["built"]}", $"-p:RestorePackagesPath={workspace["cache"]}", $"-p:RestoreAdditionalProjectSources={workspace["source"]}");

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        return Assert.Single(Directory.GetFiles(workspace["built/package/release"], "*.nupkg"));
    }

    private void StandIn(string id, string version, string content, ZipArchive bundled)
    {
        Directory.CreateDirectory(workspace["source"]);
        using ZipArchive package = ZipFile.Open(workspace[$"source/{id}.{version}.nupkg"], ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(package.CreateEntry(id + ".nuspec").Open()))
        {
            nuspec.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata>
                    <id>{id}</id><version>{version}</version><authors>a test</authors><description>stands in</description>
                    <dependencies><group targetFramework="net10.0" /></dependencies>
                  </metadata>
                </package>
                """);
        }

        using Stream source = Assert.Single(bundled.Entries, entry => entry.FullName == content).Open();
        using Stream target = package.CreateEntry(content).Open();
        source.CopyTo(target);
    }
}
