using System.Security.Cryptography;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Testing;

namespace Pipeline.Networks.Tests.Weights.Registry;

/// <summary>Downloads from a server on the loopback.</summary>
public sealed class WeightsDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(index => (byte)(index * 31 >> 3))];
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly List<string> said = [];

    private string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Ensure_FirstTime_FetchesVerifiesAndRecords()
    {
        using var server = new FileServer(Content);

        string path = await EnsureAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(Sha256, File.ReadAllText(path + ".sha256").Trim());
        Assert.Equal(
            ["weights.pth", "weights.pth.sha256"],
            Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains("a licence", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_SecondTime_AsksNobody()
    {
        using var server = new FileServer(Content);
        await EnsureAsync(server);

        await EnsureAsync(server);

        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Ensure_BrokenConnection_GoesOnWhereItStopped()
    {
        using var server = new FileServer(Content);
        server.BreakAfter.Enqueue(100_000);

        string path = await EnsureAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(["", "bytes=100000-"], server.Ranges);
    }

    [Fact]
    public async Task Ensure_BrokenEveryTime_KeepsThePartForTheNextCommand()
    {
        using var server = new FileServer(Content);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            server.BreakAfter.Enqueue(50_000);
        }

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(() => EnsureAsync(server));
        string path = await EnsureAsync(server);

        Assert.Contains("150000 bytes are kept", error.Message, StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal("bytes=150000-", server.Ranges[^1]);
    }

    [Fact]
    public async Task Ensure_ServerWithoutRanges_StartsAgain()
    {
        using var server = new FileServer(Content) { HasRanges = false };
        server.BreakAfter.Enqueue(100_000);

        string path = await EnsureAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Ensure_PartThatIsWholeAlready_IsAccepted()
    {
        using var server = new FileServer(Content);
        folder.Write("weights.pth.part", Content);

        string path = await EnsureAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Ensure_WrongHash_IsRefusedAndDeleted()
    {
        using var server = new FileServer(Content);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(() =>
            EnsureAsync(server, new PublishedHash(IsMd5: false, "00000000"))
        );

        Assert.Equal(
            $"Weights file 'weights.pth' is not the published one: it has SHA-256 {Sha256}, "
                + "expected SHA-256 00000000..., as upstream publishes. The download was deleted; start again.",
            error.Message
        );
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task Ensure_Md5OfKeras_IsCompared()
    {
        using var server = new FileServer(Content);

        string path = await EnsureAsync(
            server,
            new PublishedHash(
                IsMd5: true,
                Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, Content))
            )
        );

        Assert.True(File.Exists(path));
        await Assert.ThrowsAsync<WeightsException>(() =>
            EnsureAsync(server, new PublishedHash(IsMd5: true, Sha256[..32]))
        );
    }

    [Fact]
    public async Task Ensure_CachedFileThatChanged_IsRefused()
    {
        using var server = new FileServer(Content);
        string path = await EnsureAsync(server, hash: null);
        File.WriteAllBytes(path, Content[..1000]);

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(() => EnsureAsync(server, hash: null));

        Assert.Contains("as recorded at the first download", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_NotFound_SaysWhatToPutWhere()
    {
        using var server = new FileServer(Content) { Status = "404 Not Found" };

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(() => EnsureAsync(server));

        Assert.Contains("answered 404 Not Found", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"Get 'weights.pth' elsewhere and put it into {folder.Path}.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Ensure_NoNetwork_SaysWhatToPutWhere()
    {
        Uri nobody;
        using (var server = new FileServer(Content))
        {
            nobody = server.Address("weights.pth");
        }

        WeightsException error = await Assert.ThrowsAsync<WeightsException>(() => EnsureAsync(Entry(nobody, null)));

        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            $"Where there is no network, put the file 'weights.pth' into {folder.Path}.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Ensure_FilePutThereByHand_IsVerifiedAndUsed()
    {
        folder.Write("weights.pth", Content);

        string path = await EnsureAsync(
            Entry(new Uri("http://127.0.0.1:9/weights.pth"), new PublishedHash(IsMd5: false, Sha256[..8]))
        );

        Assert.Equal(folder["weights.pth"], path);
        Assert.Equal(Sha256, File.ReadAllText(path + ".sha256").Trim());
    }

    private Task<string> EnsureAsync(FileServer server) =>
        EnsureAsync(server, new PublishedHash(IsMd5: false, Sha256[..8]));

    private Task<string> EnsureAsync(FileServer server, PublishedHash? hash) =>
        EnsureAsync(Entry(server.Address("weights.pth"), hash));

    private Task<string> EnsureAsync(WeightsEntry entry) =>
        new WeightsStore(folder.Path, name => throw new InvalidOperationException(name), client).EnsureAsync(
            entry,
            said.Add
        );

    private static WeightsEntry Entry(Uri address, PublishedHash? hash) =>
        new("test", "vgg-16", address, hash, InputRange.Torch, 224, ResizeKernel.Bilinear, "a licence");
}
