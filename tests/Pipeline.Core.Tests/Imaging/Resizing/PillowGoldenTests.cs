using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging.Resizing;

/// <summary>The resize against Pillow 9.4's, bit for bit: torchvision resizes with it, so weights trained there see the
/// pixels they know. Hashes: <c>tests/data/images/make_images.py</c>.</summary>
[Trait("Kind", "Golden")]
public sealed class PillowGoldenTests
{
    [Fact]
    public void Resize_EveryCase_EqualsPillow()
    {
        Case[] cases = JsonSerializer.Deserialize<Case[]>(
            TestImages.Read("pillow-resize.json"),
            JsonSerializerOptions.Web
        )!;

        string[] different = [.. cases.Where(item => Hash(item) != item.Sha256).Select(item => item.ToString())];

        Assert.NotEmpty(cases);
        Assert.Empty(different);
    }

    private static string Hash(Case item)
    {
        var from = new ImageSize(item.Width, item.Height);
        var source = new byte[from.RgbBytes];
        GoldenSample.FillPixels(source, 1, from);
        Preprocessing rules = TestImages.Rules(item.ToWidth, item.ToHeight, ResizeMode.Squash, item.Kernel);
        var result = new byte[rules.Size.RgbBytes];
        ImageDecoder.Resize(source, from, rules, result);
        return Convert.ToHexStringLower(SHA256.HashData(result));
    }

    private sealed record Case(
        int Width,
        int Height,
        int ToWidth,
        int ToHeight,
        [property: JsonConverter(typeof(JsonStringEnumConverter<ResizeKernel>))] ResizeKernel Kernel,
        string Sha256
    );
}
