using System.Buffers;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>From a value of ML.NET to an image that the classifier takes and that outlives the value.</summary>
internal static class ImagePixels
{
    /// <summary>An image file.</summary>
    /// <param name="path">
    /// Its path; empty is a missing value, which is a bad image, and so is what can be no path.
    /// </param>
    /// <returns>The image.</returns>
    internal static ImageSource FromPath(ReadOnlyMemory<char> path) =>
        path.Span switch
        {
            [] => Missing("the path is empty"),
            var characters when characters.Contains('\0') => Missing("the path holds a null character"),
            _ => ImageSource.FromFile(path.ToString()),
        };

    /// <summary>The bytes of an image file.</summary>
    /// <param name="bytes">The bytes; copied. None is a missing value, which is a bad image.</param>
    /// <returns>The image.</returns>
    internal static ImageSource FromBytes(in VBuffer<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return Missing("there are no bytes");
        }

        byte[] copy = new byte[bytes.Length];
        bytes.CopyTo(copy);
        return ImageSource.FromBytes(copy);
    }

    /// <summary>
    /// A decoded image. It is resized at once: rows that were read ahead then hold pixels of the model's size, however
    /// large the image is.
    /// </summary>
    /// <param name="image">
    /// The image, its colours multiplied by their alpha as Skia keeps them; <c>null</c> is a missing value, which is a
    /// bad image. Borrowed.
    /// </param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <returns>The image.</returns>
    /// <exception cref="NotSupportedException">
    /// The application has another SkiaSharp than ML.NET's images work with.
    /// </exception>
    internal static ImageSource FromImage(MLImage? image, Preprocessing preprocessing)
    {
        if (image is null)
        {
            return Missing("the value is null");
        }

        SkiaVersion.Check();
        string name = image.Tag ?? string.Empty;
        var size = new ImageSize(image.Width, image.Height);
        byte[] rented = ArrayPool<byte>.Shared.Rent(size.RgbBytes);
        try
        {
            Span<byte> rgb = rented.AsSpan(0, size.RgbBytes);
            Blend(image.Pixels, image.PixelFormat == MLPixelFormat.Bgra32, preprocessing.Alpha, rgb);
            byte[] pixels = new byte[preprocessing.Size.RgbBytes];
            ImageDecoder.Resize(rgb, size, preprocessing, pixels);
            return ImageSource.FromPixels(pixels, preprocessing.Size, name);
        }
        catch (ImageDecodeException)
        {
            // its turn gives the same error, as a row
            return ImageSource.FromPixels(rented.AsSpan(0, size.RgbBytes).ToArray(), size, name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ImageSource Missing(string what) => ImageSource.FromStream(new MissingImage(what));

    /// <summary>Four bytes per pixel to three, over the colour of the policy.</summary>
    private static void Blend(ReadOnlySpan<byte> source, bool isBgra, AlphaPolicy policy, Span<byte> rgb)
    {
        int background = policy == AlphaPolicy.OverWhite ? 1 : 0;
        (int red, int blue) = isBgra ? (2, 0) : (0, 2);
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            int rest = background * (255 - source[from + 3]);
            rgb[to] = (byte)Math.Min(255, source[from + red] + rest);
            rgb[to + 1] = (byte)Math.Min(255, source[from + 1] + rest);
            rgb[to + 2] = (byte)Math.Min(255, source[from + blue] + rest);
        }
    }

    /// <summary>What is read in the place of an image that is not there: its turn gives the reason, as a row.</summary>
    private sealed class MissingImage(string what) : MemoryStream
    {
        public override void CopyTo(Stream destination, int bufferSize) =>
            throw new IOException($"The row has no image: {what}.");
    }
}
