using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>Tells the format from the first bytes. File extensions are not looked at: people rename files.</summary>
internal static class FormatSniffer
{
    /// <summary>The accepted formats, for messages.</summary>
    internal const string Accepted = "JPEG, PNG, WebP, GIF, TIFF or BMP";

    // What people do put among their images, by signature at offset 0.
    private static readonly (byte[] Signature, string Name)[] Refused =
    [
        ([.. "%PDF"u8], "a PDF file"),
        ([.. "8BPS"u8], "a Photoshop file"),
        ([.. "PK\u0003\u0004"u8], "a ZIP archive"),
        ([0, 0, 1, 0], "an icon (ICO)"),
        ([0xFF, 0x0A], "a JPEG XL file"),
        ([0, 0, 0, 0x0C, .. "JXL "u8], "a JPEG XL file"),
        ([0, 0, 0, 0x0C, .. "jP  "u8], "a JPEG 2000 file"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0x76, 0x2F, 0x31, 0x01], "an OpenEXR file"),
    ];

    /// <summary>A format's name as people write it.</summary>
    /// <param name="format">The format.</param>
    /// <returns>Such as <c>JPEG</c>.</returns>
    internal static string NameOf(ImageFormat format) =>
        format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>Finds the format.</summary>
    /// <param name="encoded">The file, at least 1 byte.</param>
    /// <param name="format">The format when it is an accepted one.</param>
    /// <param name="found">Otherwise what the file is, with its article, such as <c>a PDF file</c>.</param>
    /// <returns>Whether the format is accepted.</returns>
    internal static bool TrySniff(
        ReadOnlySpan<byte> encoded,
        out ImageFormat format,
        [NotNullWhen(false)] out string? found
    )
    {
        found = null;
        format = default;
        if (encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            format = ImageFormat.Jpeg;
        }
        else if (encoded.StartsWith<byte>([0x89, .. "PNG\r\n\u001A\n"u8]))
        {
            format = ImageFormat.Png;
        }
        else if (encoded.StartsWith("RIFF"u8) && encoded.Length >= 12 && encoded.Slice(8, 4).SequenceEqual("WEBP"u8))
        {
            format = ImageFormat.WebP;
        }
        else if (encoded.StartsWith("GIF87a"u8) || encoded.StartsWith("GIF89a"u8))
        {
            format = ImageFormat.Gif;
        }
        else if (
            encoded.StartsWith("II*\0"u8)
            || encoded.StartsWith("MM\0*"u8)
            || encoded.StartsWith("II+\0"u8)
            || encoded.StartsWith("MM\0+"u8)
        )
        {
            format = ImageFormat.Tiff;
        }
        else if (BmpHeader.Begins(encoded))
        {
            format = ImageFormat.Bmp;
        }
        else
        {
            found = Describe(encoded);
        }

        return found is null;
    }

    private static string Describe(ReadOnlySpan<byte> encoded)
    {
        foreach ((byte[] signature, string name) in Refused)
        {
            if (encoded.StartsWith(signature))
            {
                return name;
            }
        }

        if (encoded.Length >= 12 && encoded.Slice(4, 4).SequenceEqual("ftyp"u8))
        {
            ReadOnlySpan<byte> brand = encoded.Slice(8, 4);
            return brand.StartsWith("avi"u8) ? "an AVIF file"
                : brand.StartsWith("he"u8) || brand.StartsWith("mif"u8) ? "a HEIC file"
                : "a video file";
        }

        return DescribeText(encoded[..Math.Min(encoded.Length, 512)]) ?? "not an image of a known format";
    }

    private static string? DescribeText(ReadOnlySpan<byte> head)
    {
        foreach (byte value in head)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return null;
            }
        }

        string text = Encoding.UTF8.GetString(head);
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
        {
            return "an SVG drawing";
        }

        if (
            text.Contains("<html", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase)
        )
        {
            return "an HTML page, as a failed download leaves behind";
        }

        // The cut at 512 bytes may split one character; more than one bad sequence is no text.
        return text.Count(letter => letter == '\uFFFD') <= 1 ? "a text file" : null;
    }
}
