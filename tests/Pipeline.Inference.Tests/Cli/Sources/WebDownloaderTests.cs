using System.Net;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Sources;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Cli.Sources;

public sealed class WebDownloaderTests : IDisposable
{
    private static readonly WebLimits Limits = new(1_000_000, TimeSpan.FromSeconds(30), AllowPrivateAddresses: true);

    private readonly TemporaryFolder folder = new();
    private readonly TestServer server = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Download_AFile_HasItsBytes()
    {
        server.File("a", [1, 2, 3]).Answer("moved", "HTTP/1.1 302 Found\nLocation: /a\nContent-Length: 0", []);

        Assert.Null(await Download(server["a"]));
        Assert.Null(await Download(server["moved"]));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(folder["file"]));
    }

    [Fact]
    public async Task Download_NotThere_SaysSo()
    {
        Assert.Equal($"Address '{server["missing"]}' answered 404 Not Found.", await Download(server["missing"]));
        Assert.Equal("Address 'http://' is no valid address.", await Download("http://"));
        Assert.StartsWith(
            "Address 'http://127.0.0.1:1/x' cannot be read: Connection refused",
            await Download("http://127.0.0.1:1/x"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Location: file:///etc/passwd")]
    [InlineData("Location: javascript:alert(1)")]
    [InlineData("Location: data:image/png;base64,AAAA")]
    [InlineData("Location: urn:isbn:0")]
    [InlineData("Location: about:blank")]
    [InlineData("Location: gopher://127.0.0.1/")]
    [InlineData("Location: http://[::1")]
    [InlineData("Location: http://x:99999999/")]
    [InlineData("Location: ")]
    [InlineData("X: y")]
    public async Task Download_ARedirectToNowhere_IsThisAddressesOwnAffair(string header)
    {
        server.Answer("odd", $"HTTP/1.1 302 Found\n{header}\nContent-Length: 0", []);

        string? reason = await Download(server["odd"]);

        Assert.StartsWith($"Address '{server["odd"]}' ", reason, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["file"]));
    }

    [Fact]
    public async Task Download_ARedirectInACircle_Ends()
    {
        server.Answer("loop", "HTTP/1.1 302 Found\nLocation: /loop\nContent-Length: 0", []);

        Assert.Equal($"Address '{server["loop"]}' answered 302 Found.", await Download(server["loop"]));
    }

    [Fact]
    public async Task Download_TooLarge_IsRefusedAlsoWithoutALength()
    {
        server
            .Answer("stated", "HTTP/1.1 200 OK\nContent-Length: 999999999", [1])
            .Answer(
                "unstated",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked",
                [.. "186a00\r\n"u8, .. new byte[0x186a00]]
            );

        foreach (string address in new[] { server["stated"], server["unstated"] })
        {
            Assert.Equal(
                $"Address '{address}' holds more than 1 MB. Raise --download-limit, or leave it out.",
                await Download(address)
            );
        }
    }

    [Fact]
    public async Task Download_AnAnswerThatNeverEnds_IsGivenUp()
    {
        server.Answer("slow", "HTTP/1.1 200 OK\nContent-Length: 10", [1]);

        Assert.Equal(
            $"Address '{server["slow"]}' was not read within 0 s. Raise --download-timeout, or leave it out.",
            await Download(server["slow"], Limits with { Timeout = TimeSpan.FromMilliseconds(200) })
        );
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    [InlineData("2130706433")] // 127.0.0.1 as one number
    [InlineData("0x7f.1")]
    public async Task Download_ThisMachine_IsRefusedByDefault(string host)
    {
        string? reason = await Download(
            $"http://{host}:{server.Port}/a",
            Limits with
            {
                AllowPrivateAddresses = false,
            }
        );

        Assert.Contains(
            "which is not on the public internet. Pass --allow-private-addresses if that is meant.",
            reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Download_ANameThatLeadsToAPrivateAddress_IsRefused()
    {
        using var downloader = new WebDownloader(
            Limits with
            {
                AllowPrivateAddresses = false,
            },
            resolve: (_, _) => Task.FromResult(new[] { IPAddress.Parse("10.1.2.3"), IPAddress.Loopback })
        );

        Assert.Equal(
            "Address 'http://images.example/a': host 'images.example' leads to 10.1.2.3, 127.0.0.1, "
                + "which is not on the public internet. Pass --allow-private-addresses if that is meant.",
            await downloader.DownloadAsync("http://images.example/a", folder["file"], default)
        );
    }

    [Fact]
    public async Task Download_ARedirectToAPrivateAddress_IsRefused()
    {
        // 127.0.0.2 plays the public host, whose answer leads to 127.0.0.1.
        server.File("secret", [1]);
        using var outside = new TestServer(IPAddress.Parse("127.0.0.2"));
        outside.Answer("a", $"HTTP/1.1 302 Found\nLocation: {server["secret"]}\nContent-Length: 0", []);
        using var downloader = new WebDownloader(
            Limits with
            {
                AllowPrivateAddresses = false,
            },
            address => !address.Equals(IPAddress.Loopback)
        );

        string? reason = await downloader.DownloadAsync($"http://127.0.0.2:{outside.Port}/a", folder["file"], default);

        Assert.Contains(
            "host '127.0.0.1' leads to 127.0.0.1, which is not on the public internet.",
            reason,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(folder["file"]));
    }

    [Fact]
    public async Task Classify_AddressesAmongFiles_KeepTheirOrderAndNames()
    {
        server.File("red", TestPictures.PngOf("red")).File("text", "words"u8.ToArray());
        string blue = folder.Write("blue.png", TestPictures.PngOf("blue"));
        string[] sources =
        [
            server["red"],
            blue,
            server["missing"],
            .. Enumerable.Repeat(server["red"], 12),
            server["text"],
        ];
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Colors,
            new ScoringOptions { Threads = 1, BatchSize = 3 }
        );

        Prediction[] found = await SourceClassifier.ClassifyAsync(classifier, sources, Limits, default).ToArrayAsync();

        Assert.Equal(sources, found.Select(prediction => prediction.Path));
        Assert.Equal(
            ["red", "blue", null, .. Enumerable.Repeat("red", 12), null],
            found.Select(prediction => prediction.Label)
        );
        Assert.Equal($"Address '{server["missing"]}' answered 404 Not Found.", found[2].Error);
        Assert.Equal(
            $"Image '{server["text"]}' is a text file, expected JPEG, PNG, WebP, GIF, TIFF or BMP. Convert it, "
                + "or remove it.",
            found[^1].Error
        );
    }

    private async Task<string?> Download(string address, WebLimits? limits = null)
    {
        using var downloader = new WebDownloader(limits ?? Limits);
        return await downloader.DownloadAsync(address, folder["file"], default);
    }
}
