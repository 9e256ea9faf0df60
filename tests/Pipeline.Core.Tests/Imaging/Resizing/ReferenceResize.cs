using Pipeline.Core.Contracts;

namespace Pipeline.Core.Tests.Imaging.Resizing;

/// <summary>
/// The oracle: each target value on its own, a sum in double over every source pixel, first along the row, rounded and
/// clipped to a byte, then along the column. Slow and plain; shares no code with the product.
/// </summary>
internal static class ReferenceResize
{
    public static byte[] Squash(byte[] source, ImageSize from, ImageSize to, ResizeKernel kernel)
    {
        var middle = new byte[to.Width * from.Height * 3];
        var result = new byte[to.RgbBytes];
        for (int x = 0; x < to.Width; x++)
        {
            (int Index, double Weight)[] columns = Weights(x, from.Width, to.Width, kernel);
            for (int line = 0; line < from.Height * 3; line++)
            {
                (int y, int channel) = (line / 3, line % 3);
                middle[(((y * to.Width) + x) * 3) + channel] = ToByte(
                    columns.Sum(column => column.Weight * source[(((y * from.Width) + column.Index) * 3) + channel])
                );
            }
        }

        for (int y = 0; y < to.Height; y++)
        {
            (int Index, double Weight)[] rows = Weights(y, from.Height, to.Height, kernel);
            for (int at = 0; at < to.Width * 3; at++)
            {
                result[(y * to.Width * 3) + at] = ToByte(
                    rows.Sum(row => row.Weight * middle[(row.Index * to.Width * 3) + at])
                );
            }
        }

        return result;
    }

    private static byte ToByte(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);

    private static (int Index, double Weight)[] Weights(int target, int from, int to, ResizeKernel kernel)
    {
        double scale = (double)from / to;
        double center = (target + 0.5) * scale;
        if (kernel == ResizeKernel.Nearest)
        {
            return [((int)Math.Floor(center), 1)];
        }

        double reach = Math.Max(scale, 1);
        (int Index, double Weight)[] raw =
        [
            .. Enumerable
                .Range(0, from)
                .Select(index => (index, Kernel(kernel, Math.Abs(index + 0.5 - center) / reach)))
                .Where(pair => pair.Item2 != 0),
        ];
        double total = raw.Sum(pair => pair.Weight);
        return [.. raw.Select(pair => (pair.Index, pair.Weight / total))];
    }

    private static double Kernel(ResizeKernel kernel, double x) =>
        kernel switch
        {
            ResizeKernel.Bilinear => Math.Max(1 - x, 0),
            ResizeKernel.Bicubic when x < 1 => (1.5 * x * x * x) - (2.5 * x * x) + 1,
            ResizeKernel.Bicubic when x < 2 => (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2,
            ResizeKernel.Lanczos3 when x == 0 => 1,
            ResizeKernel.Lanczos3 when x < 3 => 3
                * Math.Sin(Math.PI * x)
                * Math.Sin(Math.PI * x / 3)
                / (Math.PI * Math.PI * x * x),
            _ => 0,
        };
}
