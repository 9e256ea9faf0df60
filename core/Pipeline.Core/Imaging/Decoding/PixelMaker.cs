using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Makes the pixels of an image that libvips has only described so far, on the calling thread. Asking libvips for the whole image at once would hand each line to a thread of its
/// own pool and wait for it, which costs more than decoding the line.
/// </summary>
internal static unsafe class PixelMaker
{
    // Enough to make the calls cheap, few enough for the lines between two operations to stay in the cache.
    private const int RowsAtOnce = 16;

    /// <summary>Makes all pixels, from top to bottom.</summary>
    /// <param name="image">Three bands of bytes. Borrowed.</param>
    /// <param name="size">Its size.</param>
    /// <param name="target">Receives <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <exception cref="VipsException">libvips refused, or the file behind the image is damaged.</exception>
    internal static void Make(GObjectHandle image, ImageSize size, Span<byte> target)
    {
        fixed (byte* data = target)
        {
            using GObjectHandle memory = Checked(Vips.NewFromMemory(data, (nuint)target.Length, size.Width, size.Height, 3, Vips.UChar), "image_new_from_memory");
            using GObjectHandle written = Checked(Vips.NewRegion(memory), "region_new");
            using GObjectHandle made = Checked(Vips.NewRegion(image), "region_new");
            Check(Vips.AttachRegion(written, new VipsRectangle(0, 0, size.Width, size.Height)), "region_image");
            for (int row = 0; row < size.Height; row += RowsAtOnce)
            {
                var area = new VipsRectangle(0, row, size.Width, Math.Min(RowsAtOnce, size.Height - row));
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
