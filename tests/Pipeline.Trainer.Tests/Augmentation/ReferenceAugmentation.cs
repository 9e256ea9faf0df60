using Pipeline.Core.Contracts;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>
/// Augmentation as one would explain it, pixel by pixel in double: where does it come from, step by step; which four
/// pixels are around; what is outside. No matrix, no tensor.
/// </summary>
internal static class ReferenceAugmentation
{
    /// <summary>Changes one image, <c>[3, H, W]</c>.</summary>
    internal static float[] Apply(float[] image, ImageSize size, ImageChange change, FillMode fill, double fillValue)
    {
        var moved = new double[image.Length];
        int index = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            for (int row = 0; row < size.Height; row++)
            {
                for (int column = 0; column < size.Width; column++)
                {
                    (double x, double y) = Source(column, row, size, change);
                    moved[index++] = Bilinear((i, j) => Pixel(image, size, channel, i, j, fill, fillValue), x, y);
                }
            }
        }

        double[] coloured = ReferenceColors.Apply(moved, change);
        return
        [
            .. Erase(ReferenceTones.Apply(coloured, size, change.Tone), size, change).Select(value => (float)value),
        ];
    }

    private static (double X, double Y) Source(int column, int row, ImageSize size, ImageChange change)
    {
        double centreX = (size.Width - 1) / 2.0,
            centreY = (size.Height - 1) / 2.0;
        double x = (change.IsFlippedHorizontally ? size.Width - 1 - column : column) - centreX;
        double y = (change.IsFlippedVertically ? size.Height - 1 - row : row) - centreY;
        double distance =
            Math.Sqrt((x * x) + (y * y)) / Math.Sqrt((Math.Pow(size.Width, 2) + Math.Pow(size.Height, 2)) / 4);
        x *= 1 + (change.RadialDistortion * distance * distance);
        y *= 1 + (change.RadialDistortion * distance * distance);
        x *= change.ZoomX;
        y *= change.ZoomY;
        (x, y) = (x - (y * Math.Sin(change.ShearRadians)), y * Math.Cos(change.ShearRadians));
        x += change.WidthShift * size.Width;
        y += change.HeightShift * size.Height;
        double angle = change.RotationDegrees * Math.PI / 180;
        (x, y) = ((x * Math.Cos(angle)) - (y * Math.Sin(angle)), (x * Math.Sin(angle)) + (y * Math.Cos(angle)));
        AffineMap policy = change.Policy;
        (x, y) = ((policy.XX * x) + (policy.XY * y) + policy.X0, (policy.YX * x) + (policy.YY * y) + policy.Y0);
        // from the edges, not from the middles of pixels
        x = ((x + (size.Width / 2.0)) * change.Crop.Width) + (change.Crop.Left * size.Width);
        y = ((y + (size.Height / 2.0)) * change.Crop.Height) + (change.Crop.Top * size.Height);
        return (x - 0.5, y - 0.5);
    }

    private static double[] Erase(double[] image, ImageSize size, ImageChange change)
    {
        if (change.Erased is not Box box)
        {
            return image;
        }

        int left = Edge(box.Left * size.Width),
            right = Edge((box.Left + box.Width) * size.Width);
        int top = Edge(box.Top * size.Height),
            bottom = Edge((box.Top + box.Height) * size.Height);
        return
        [
            .. image.Select(
                (value, index) =>
                {
                    int column = index % size.Width,
                        row = index / size.Width % size.Height;
                    return column >= left && column < right && row >= top && row < bottom ? change.ErasedValue : value;
                }
            ),
        ];

        static int Edge(double place) => (int)Math.Round(place);
    }

    private static double Bilinear(Func<int, int, double> pixel, double x, double y)
    {
        int left = (int)Math.Floor(x),
            top = (int)Math.Floor(y);
        double right = x - left,
            bottom = y - top;
        return ((1 - bottom) * (((1 - right) * pixel(left, top)) + (right * pixel(left + 1, top))))
            + (bottom * (((1 - right) * pixel(left, top + 1)) + (right * pixel(left + 1, top + 1))));
    }

    private static double Pixel(
        float[] image,
        ImageSize size,
        int channel,
        int x,
        int y,
        FillMode fill,
        double fillValue
    )
    {
        bool isInside = x >= 0 && x < size.Width && y >= 0 && y < size.Height;
        if (!isInside && fill == FillMode.Constant)
        {
            return fillValue;
        }

        (x, y) =
            fill == FillMode.Reflect
                ? (Reflect(x, size.Width), Reflect(y, size.Height))
                : (Math.Clamp(x, 0, size.Width - 1), Math.Clamp(y, 0, size.Height - 1));
        return image[(((channel * size.Height) + y) * size.Width) + x];
    }

    /// <summary>A mirror at the outer edge of the first and of the last pixel, as often as needed.</summary>
    private static int Reflect(int position, int count)
    {
        while (position < 0 || position >= count)
        {
            position = position < 0 ? -1 - position : (2 * count) - 1 - position;
        }

        return position;
    }
}
