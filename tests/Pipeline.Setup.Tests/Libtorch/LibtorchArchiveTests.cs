using System.Security.Cryptography;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Setup.Cli.Libtorch;
using Pipeline.Testing;

namespace Pipeline.Setup.Tests.Libtorch;

/// <summary>Fetching and unpacking, from a server on the loopback. Upstream's own archive was never fetched here.</summary>
public sealed class LibtorchArchiveTests : IDisposable
{
    private const string Name = "libtorch-1.13.1+cu117.zip";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly List<string> said = [];
    private readonly byte[] zip;

    public LibtorchArchiveTests() => zip = FakeLibtorch.Archive(folder);

    private string Cache => folder["cache"];

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Ensure_FirstTime_FetchesRecordsAndUnpacks()
    {
        using var server = new FileServer(zip);

        LibtorchFolder found = await EnsureAsync(server.Address(Uri.EscapeDataString(Name)));

        Assert.Equal(new LibtorchFolder(Path.Combine(Cache, "libtorch-1.13.1+cu117"), new Version(1, 13, 1), new Version(11, 7), HasCuda: true), found);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(zip)), File.ReadAllText(Path.Combine(Cache, Name + ".sha256")).Trim());
        Assert.Equal(["libtorch-1.13.1+cu117", Name, Name + ".sha256"], Entries());
        Assert.Equal(found, LibtorchFinder.Find(null, Cache, () => null));
    }

    [Fact]
    public async Task Ensure_BrokenConnection_GoesOnWhereItStopped()
    {
        using var server = new FileServer(zip);
        server.BreakAfter.Enqueue(200);

        await EnsureAsync(server.Address(Name));

        Assert.Equal(["", "bytes=200-"], server.Ranges);
    }

    [Fact]
    public async Task Ensure_NoNetwork_SaysWhichFileToPutWhere()
    {
        DeviceException error = await Assert.ThrowsAsync<DeviceException>(() => EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}")));

        Assert.StartsWith($"libtorch with CUDA is not on this machine. http://127.0.0.1:9/{Name} cannot be reached: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Where there is no network, put the file '{Name}' into {Cache}, or name an unpacked libtorch with CUDA in LIBTORCH; then start again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_NotFound_SaysTheAnswer()
    {
        using var server = new FileServer(zip) { Status = "403 Forbidden" };

        DeviceException error = await Assert.ThrowsAsync<DeviceException>(() => EnsureAsync(server.Address(Name)));

        Assert.Contains("answered 403 Forbidden.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_ArchivePutThereByHand_IsUnpackedWithoutANetwork()
    {
        folder.Write($"cache/{Name}", zip);

        LibtorchFolder found = await EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}"));

        Assert.True(found.HasCuda);
    }

    [Fact]
    public async Task Ensure_ArchiveThatChangedSinceItsFirstDownload_IsRefused()
    {
        folder.Write($"cache/{Name}", zip);
        folder.Write($"cache/{Name}.sha256", new string('0', 64));

        DeviceException error = await Assert.ThrowsAsync<DeviceException>(() => EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}")));

        Assert.Contains($"expected {new string('0', 64)}, as recorded at the first download", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_DamagedArchive_SaysWhatToDelete()
    {
        folder.Write($"cache/{Name}", zip[..^100]);

        DeviceException error = await Assert.ThrowsAsync<DeviceException>(() => EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}")));

        Assert.Contains("is damaged: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Delete it and its .sha256, and start again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_ArchiveWithoutCuda_IsRefusedAndNotLeftUnderItsName()
    {
        folder.Write($"cache/{Name}", FakeLibtorch.Archive(folder, hasCuda: false));

        DeviceException error = await Assert.ThrowsAsync<DeviceException>(() => EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}")));

        Assert.Contains("holds libtorch 1.13.1 without CUDA", error.Message, StringComparison.Ordinal);
        Assert.Null(LibtorchFinder.Find(null, Cache, () => null));
    }

    [Fact]
    public async Task Ensure_UnpackingThatWasInterrupted_BeginsAgain()
    {
        folder.Write($"cache/{Name}", zip);
        folder.Write("cache/libtorch-1.13.1+cu117.part/libtorch/lib/libtorch.so", "half");

        LibtorchFolder found = await EnsureAsync(new Uri($"http://127.0.0.1:9/{Name}"));

        Assert.Equal("fake", File.ReadAllText(Path.Combine(found.Path, "lib/libtorch.so")));
        Assert.DoesNotContain(Entries(), name => name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, "yet to come, and the disk of ")]     // the download
    [InlineData(int.MaxValue, "Unpacking 'libtorch-1.13.1+cu117.zip' takes ")]
    public async Task Ensure_SmallDisk_SaysWhatIsNeededBeforeItStarts(int freeForDownload, string expected)
    {
        using var server = new FileServer(zip);
        var download = new ResumableDownload(client, _ => freeForDownload);
        var archive = new LibtorchArchive(Cache, server.Address(Name), download, _ => 10);

        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => archive.EnsureAsync(said.Add, TestContext.Current.CancellationToken));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Free some space and start again.", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Cache, "libtorch-1.13.1+cu117")));
    }

    private Task<LibtorchFolder> EnsureAsync(Uri address) => new LibtorchArchive(Cache, address, new ResumableDownload(client)).EnsureAsync(said.Add, TestContext.Current.CancellationToken);

    private IEnumerable<string> Entries() => Directory.EnumerateFileSystemEntries(Cache).Select(path => Path.GetRelativePath(Cache, path)).Order(StringComparer.Ordinal);
}
