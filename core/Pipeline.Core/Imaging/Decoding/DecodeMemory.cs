using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// What decoding and resizing an image will hold at once, reckoned from its header. The numbers of rows and weights are
/// from the peak memory of strips of one to four million columns (8-bit grey and RGB, 16-bit RGBA), rounded up.
/// </summary>
internal static class DecodeMemory
{
    private const int RowsKept = 40; // of each step on the way from the file to bytes
    private const int WeightBytes = 120; // of the resize, per source row and column; Lanczos has the most
    private const int ConvertedSampleBytes = 4; // colour conversions compute in float

    /// <summary>Bytes of the pixels, of what the decoder keeps, and of what the resize makes.</summary>
    /// <param name="stored">Size of the image in the file.</param>
    /// <param name="held">Its size after shrinking on load.</param>
    /// <param name="decoderBytes">Bytes that the format's decoder keeps of the whole image.</param>
    /// <param name="samples">Samples of a pixel.</param>
    /// <param name="sampleBytes">Bytes of a sample, 1 or 2.</param>
    /// <param name="isTurned">Whether the pixels are turned upright.</param>
    /// <param name="target">The size that follows; <c>null</c> for none.</param>
    /// <returns>The bytes.</returns>
    internal static long Estimate(
        ImageSize stored,
        ImageSize held,
        long decoderBytes,
        int samples,
        int sampleBytes,
        bool isTurned,
        ImageSize? target
    )
    {
        long pixels = (long)held.Width * held.Height * 3 * (isTurned ? 2 : 1);
        bool isConverted = sampleBytes > 1 || samples > 3;
        long rows =
            (long)stored.Width * ((samples * (sampleBytes + (isConverted ? ConvertedSampleBytes : 0))) + 3) * RowsKept;
        long resize = target is { } size
            ? ((long)Math.Max(held.Height, held.Width) * size.Width * 3)
                + (((long)held.Width + held.Height) * WeightBytes)
            : 0;
        return pixels + rows + decoderBytes + resize;
    }
}
