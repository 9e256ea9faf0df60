using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Testing;

namespace Pipeline.Networks.Tests.Weights.Registry;

/// <summary>
/// Packages from a folder and from a server on the loopback, which are the only sources of the tests' NuGet.config.
/// </summary>
public sealed class NuGetWeightsTests : IDisposable
{
    private const string Package = "Pipeline.Tests.NoSuchWeights"; // so that no packages folder has it
    private const string Version = "1.2.3";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(index => (byte)(index * 31 >> 3))];
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly List<string> said = [];

    private string Cache => folder["cache"];

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Ensure_RestoredPackage_IsReadWhereItIs()
    {
        WeightsEntry entry = WeightsRegistry.Require("mlnet", "resnet-18-cntk");

        string path = await Store().EnsureAsync(entry, said.Add, TestContext.Current.CancellationToken);

        Assert.Equal(MlnetFiles.ResNet18, path);
        Assert.Equal((path, true), Store().Locate(entry));
        Assert.Empty(said);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public async Task Ensure_SourceInAFolder_KeepsTheOneFile()
    {
        folder.Write($"feed/{Package}.{Version}.nupkg", Pack("tools/model.onnx", Content));
        Configure(folder["feed"]);

        string path = await EnsureAsync();

        Assert.Equal(Path.Combine(Cache, "model.onnx"), path);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(Cache));
        Assert.Equal(
            [$"Fetching NuGet package {Package} {Version} from {folder["feed"]}", $"Kept {path}; licence: a licence"],
            said
        );
    }

    [Fact]
    public async Task Ensure_SecondTime_AsksNobody()
    {
        folder.Write($"feed/{Package}.{Version}.nupkg", Pack("tools/model.onnx", Content));
        Configure(folder["feed"]);
        await EnsureAsync();
        Configure();

        Assert.True(File.Exists(await EnsureAsync()));
    }

    [Fact]
    public async Task Ensure_SecondSourceHasIt_IsFetchedFromThere()
    {
        Directory.CreateDirectory(folder["empty"]);
        using TestServer server = Serve(Package, Pack("tools/model.onnx", Content));
        Configure(folder["empty"], server["index.json"]);

        Assert.Equal(Content, File.ReadAllBytes(await EnsureAsync()));
        Assert.EndsWith($"from {server["index.json"]}", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_NoSourceHasIt_NamesPackageVersionAndSources()
    {
        Directory.CreateDirectory(folder["empty"]);
        using TestServer server = Serve("Another.Package", []);
        Configure(folder["empty"], server["index.json"]);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.Equal(
            $"Weights 'test' for 'resnet-18-cntk' come with the NuGet package {Package} {Version}; "
                + "no NuGet source gave it: "
                + $"{folder["empty"]} (does not have it), {server["index.json"]} (does not have it). "
                + $"Add a source that has it to NuGet.config, or put its file 'model.onnx' into {Cache}.",
            error.Message
        );
        Assert.Empty(Directory.EnumerateFiles(Cache));
    }

    [Fact]
    public async Task Ensure_SourceThatCannotBeReached_IsNamed()
    {
        Configure(folder["nowhere"]);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.Contains($"{folder["nowhere"]} (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Ensure_NoSource_SaysSo()
    {
        Configure();

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.Contains("no NuGet source is configured", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools/model.onnx", "is not the published one: it has SHA-256")]
    [InlineData("tools/other.onnx", "is damaged: there is no 'tools/model.onnx'")]
    public async Task Ensure_PackageWithAnotherFile_IsRefusedAndNotKept(string path, string expected)
    {
        folder.Write($"feed/{Package}.{Version}.nupkg", Pack(path, Content[..1000]));
        Configure(folder["feed"]);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Cache));
    }

    [Fact]
    public async Task Ensure_CachedFileThatChanged_IsRefused()
    {
        folder.Write("cache/model.onnx", Content[..1000]);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.EndsWith(
            $"Delete {Path.Combine(Cache, "model.onnx")} to fetch it again.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Ensure_NuGetConfigThatIsDamaged_IsOneError()
    {
        folder.Write("NuGet.config", "<configuration><packageSources>");

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(EnsureAsync);

        Assert.Contains("NuGet.config", error.Message, StringComparison.Ordinal);
    }

    private WeightsStore Store() => new(Cache, name => throw new InvalidOperationException(name), client, folder.Path);

    private Task<string> EnsureAsync()
    {
        var hash = new PublishedHash(IsMd5: false, Convert.ToHexStringLower(SHA256.HashData(Content)));
        var entry = new WeightsEntry(
            "test",
            "resnet-18-cntk",
            null,
            hash,
            InputRange.Cntk,
            224,
            ResizeKernel.Bilinear,
            "a licence"
        )
        {
            Package = new NuGetFile(Package, Version, "tools/model.onnx"),
        };
        return Store().EnsureAsync(entry, said.Add, TestContext.Current.CancellationToken);
    }

    private void Configure(params string[] sources)
    {
        IEnumerable<string> lines = sources.Select(
            (source, index) => $"""<add key="{index}" value="{source}" allowInsecureConnections="true" />"""
        );
        folder.Write(
            "NuGet.config",
            $"<configuration><packageSources><clear />{string.Concat(lines)}</packageSources></configuration>"
        );
    }

    /// <summary>A NuGet source (protocol 3) on the loopback with one package.</summary>
    private static TestServer Serve(string package, byte[] content)
    {
        string name = package.ToLowerInvariant();
        var server = new TestServer();
        string index =
            $$"""{"version":"3.0.0","resources":[{"@id":"{{server["flat/"]}}","@type":"PackageBaseAddress/3.0.0"}]}""";
        return server
            .File("index.json", Encoding.UTF8.GetBytes(index))
            .File($"flat/{name}/index.json", Encoding.UTF8.GetBytes($$"""{"versions":["{{Version}}"]}"""))
            .File($"flat/{name}/{Version}/{name}.{Version}.nupkg", content);
    }

    private static byte[] Pack(string path, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var nuspec = new StreamWriter(archive.CreateEntry($"{Package}.nuspec").Open()))
            {
                nuspec.Write($"<package><metadata><id>{Package}</id><version>{Version}</version>");
                nuspec.Write("<authors>a</authors><description>d</description></metadata></package>");
            }

            using Stream file = archive.CreateEntry(path).Open();
            file.Write(content);
        }

        return stream.ToArray();
    }
}
