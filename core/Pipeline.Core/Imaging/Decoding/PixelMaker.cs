using System.Buffers;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Makes the pixels of an image that libvips has only described so far, on the calling thread. Asking libvips for the
/// whole image at once would hand each line to a thread of its own pool and wait for it, which costs more than decoding
/// the line.
/// </summary>
internal static unsafe class PixelMaker
{
    // Enough to make the calls cheap, few enough for the lines between two operations to stay in the cache.
    private const int RowsAtOnce = 16;

    /// <summary>Makes all pixels, from top to bottom.</summary>
    /// <param name="image">Three bands of bytes, or four with transparency. Borrowed.</param>
    /// <param name="size">Its size.</param>
    /// <param name="background">What lies behind transparent pixels.</param>
    /// <param name="target">Receives <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <exception cref="VipsException">libvips refused, or the file behind the image is damaged.</exception>
    internal static void Make(GObjectHandle image, ImageSize size, byte background, Span<byte> target)
    {
        using GObjectHandle made = Checked(Vips.NewRegion(image), "region_new");
        if (Vips.Bands(image) == 3)
        {
            MakeRows(made, size.Width, 3, 0, size.Height, target);
            return;
        }

        byte[] block = ArrayPool<byte>.Shared.Rent(RowsAtOnce * size.Width * 4);
        try
        {
            for (int row = 0; row < size.Height; row += RowsAtOnce)
            {
                int rows = Math.Min(RowsAtOnce, size.Height - row);
                Span<byte> rgba = block.AsSpan(0, rows * size.Width * 4);
                MakeRows(made, size.Width, 4, row, rows, rgba);
                AlphaBlend.Over(rgba, background, target.Slice(row * size.Width * 3, rows * size.Width * 3));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static void MakeRows(GObjectHandle made, int width, int bands, int first, int count, Span<byte> target)
    {
        fixed (byte* data = target)
        {
            using GObjectHandle memory = Checked(
                Vips.NewFromMemory(data, (nuint)target.Length, width, count, bands, Vips.UChar),
                "image_new_from_memory"
            );
            using GObjectHandle written = Checked(Vips.NewRegion(memory), "region_new");
            Check(Vips.AttachRegion(written, new VipsRectangle(0, 0, width, count)), "region_image");
            for (int row = 0; row < count; row += RowsAtOnce)
            {
                var area = new VipsRectangle(0, first + row, width, Math.Min(RowsAtOnce, count - row));
                Check(Vips.PrepareRegion(made, written, area, 0, row), "region_prepare_to");
            }
        }
    }

    private static GObjectHandle Checked(GObjectHandle handle, string function)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        throw new VipsException(function);
    }

    private static void Check(int status, string function)
    {
        if (status != 0)
        {
            throw new VipsException(function);
        }
    }
}
