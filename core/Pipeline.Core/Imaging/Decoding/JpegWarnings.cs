using BitMiracle.LibJpeg.Classic;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// A second reading of a JPEG that libjpeg complained about: it says only the first of its warnings, and behind a
/// harmless one there may be damage. This port of it says them all.
/// </summary>
internal static class JpegWarnings
{
    // What libjpeg says of data it had to make up pixels for (jerror.h). Its other warnings are of odd but readable
    // files: stray bytes between segments, unknown header versions.
    private static readonly string[] Damage =
    [
        "bad Huffman code",
        "premature end of",
        "instead of RST",
        "Inconsistent progression sequence",
        "bad arithmetic code",
    ];

    /// <summary>Whether a warning is about no pixel.</summary>
    /// <param name="warning">libjpeg's text.</param>
    /// <returns>Whether the image can be used.</returns>
    internal static bool IsHarmless(string warning) =>
        !Damage.Any(damage => warning.Contains(damage, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads all data of the file, at an eighth of its size.</summary>
    /// <param name="encoded">The file.</param>
    /// <returns>The first warning about pixels that are missing; <c>null</c> when there is none.</returns>
    internal static string? FindDamage(ReadOnlySpan<byte> encoded)
    {
        var listener = new Listener();
        try
        {
            using var stream = new MemoryStream(encoded.ToArray(), writable: false);
            var reader = new jpeg_decompress_struct(listener);
            reader.jpeg_stdio_src(stream);
            reader.jpeg_read_header(require_image: true);
            reader.Scale_denom = 8;
            reader.Dct_method = J_DCT_METHOD.JDCT_IFAST;
            reader.jpeg_start_decompress();
            byte[][] row = [new byte[reader.Output_width * reader.Output_components]];
            while (reader.Output_scanline < reader.Output_height && listener.Found is null)
            {
                reader.jpeg_read_scanlines(row, 1);
            }

            if (listener.Found is null)
            {
                reader.jpeg_finish_decompress();
            }

            return listener.Found;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return listener.Found ?? error.Message; // it throws what it likes
        }
    }

    private sealed class Listener : jpeg_error_mgr
    {
        internal string? Found { get; private set; }

        public override void emit_message(int msg_level)
        {
            if (msg_level < 0 && Found is null && format_message() is { } warning && !IsHarmless(warning))
            {
                Found = warning;
            }
        }

        public override void output_message()
        {
            // Not to the console.
        }
    }
}
