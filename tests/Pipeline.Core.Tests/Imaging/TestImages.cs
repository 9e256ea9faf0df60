using System.Buffers.Binary;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Decoding;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// Pictures by formula, files from <c>tests/data/images</c>, and encoders that the product does not need.
/// </summary>
internal static class TestImages
{
    /// <summary>Preprocessing with the given geometry; the numbers after the resize do not matter here.</summary>
    public static Preprocessing Rules(
        int width,
        int height,
        ResizeMode mode = ResizeMode.Squash,
        ResizeKernel kernel = ResizeKernel.Bicubic
    ) =>
        new()
        {
            Size = new ImageSize(width, height),
            Resize = mode,
            Kernel = kernel,
            Antialias = kernel != ResizeKernel.Nearest,
            Scale = 1.0 / 255,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };

    /// <summary>A committed file's path; <c>make_images.py</c> beside it says what it shows.</summary>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "data", "images", name);

    /// <summary>A committed file's bytes.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>
    /// Values that rise along both axes at different rates: a flat picture would hide every offset error.
    /// </summary>
    public static byte[] Ramp(ImageSize size)
    {
        var pixels = new byte[size.RgbBytes];
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                int at = ((y * size.Width) + x) * 3;
                pixels[at] = (byte)(255 * x / Math.Max(size.Width - 1, 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(size.Height - 1, 1));
                pixels[at + 2] = (byte)(255 * (x + y) / Math.Max(size.Width + size.Height - 2, 1));
            }
        }

        return pixels;
    }

    /// <summary>Independent uniform values: the hardest picture for a resize.</summary>
    public static byte[] Noise(ImageSize size, int seed = 1)
    {
        var pixels = new byte[size.RgbBytes];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    /// <summary>A picture that compresses like a photograph: a ramp with some noise.</summary>
    public static byte[] Photo(ImageSize size)
    {
        byte[] pixels = Ramp(size);
        byte[] noise = Noise(size);
        for (int index = 0; index < pixels.Length; index++)
        {
            pixels[index] = (byte)Math.Clamp(pixels[index] + (noise[index] % 32) - 16, 0, 255);
        }

        return pixels;
    }

    /// <summary>A PNG that has a header, one empty piece of data and an end.</summary>
    public static byte[] PngHeader(int width, int height, byte depth, byte colorType, byte interlace)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colorType, interlace);
        return
        [
            0x89,
            .. "PNG\r\n\u001A\n"u8,
            .. Chunk("IHDR"u8, header),
            .. Chunk("IDAT"u8, [0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
            .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. name, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(chunk.Length - 4),
            System.IO.Hashing.Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4))
        );
        return chunk;
    }

    /// <summary>Encodes by libvips' saver of that name, with its default settings.</summary>
    public static unsafe byte[] Encode(
        string saver,
        byte[] rgb,
        ImageSize size,
        params (string Property, int Value)[] settings
    )
    {
        fixed (byte* first = rgb)
        {
            byte* pinned = first;
            return VipsLoader.Share(() =>
            {
                using GObjectHandle image = Vips.NewFromMemory(
                    pinned,
                    (nuint)size.RgbBytes,
                    size.Width,
                    size.Height,
                    3,
                    format: 0
                );
                using VipsOperation save = new VipsOperation(saver).Set("in", image);
                foreach ((string property, int value) in settings)
                {
                    save.Set(property, value);
                }

                return save.RunToBytes();
            });
        }
    }
}
