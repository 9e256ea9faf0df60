using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Decoding;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>Pictures by formula, files from <c>tests/data/images</c>, and encoders that the product does not need.</summary>
internal static class TestImages
{
    /// <summary>Preprocessing with the given geometry; the numbers after the resize do not matter here.</summary>
    public static Preprocessing Rules(int width, int height, ResizeMode mode = ResizeMode.Squash, ResizeKernel kernel = ResizeKernel.Bicubic) => new()
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

    /// <summary>Values that rise along both axes at different rates: a flat picture would hide every offset error.</summary>
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

    /// <summary>Encodes by libvips' saver of that name, with its default settings.</summary>
    public static unsafe byte[] Encode(string saver, byte[] rgb, ImageSize size, params (string Property, int Value)[] settings)
    {
        fixed (byte* first = rgb)
        {
            byte* pinned = first;
            return ImageLoader.Share(() =>
            {
                using GObjectHandle image = Vips.NewFromMemory(pinned, (nuint)size.RgbBytes, size.Width, size.Height, 3, format: 0);
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
