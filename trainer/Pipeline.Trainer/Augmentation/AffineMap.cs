namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Where a pixel of the result comes from: <c>x' = XX x + XY y + X0</c>, <c>y' = YX x + YY y + Y0</c>. Coordinates are
/// pixels from the image's centre, x to the right and y down, so that pixel (column, row) of a W x H image lies at
/// <c>(column - (W - 1) / 2, row - (H - 1) / 2)</c>.
/// </summary>
internal readonly record struct AffineMap(double XX, double XY, double X0, double YX, double YY, double Y0)
{
    /// <summary>Every pixel comes from its own place.</summary>
    internal static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Turns by an angle in radians.</summary>
    internal static AffineMap Rotation(double angle) =>
        new(Math.Cos(angle), -Math.Sin(angle), 0, Math.Sin(angle), Math.Cos(angle), 0);

    /// <summary>Reads that many pixels further right and further down.</summary>
    internal static AffineMap Shift(double x, double y) => new(1, 0, x, 0, 1, y);

    /// <summary>
    /// Slants by an angle in radians, with Keras's matrix: rows move by the sine and shrink by the cosine.
    /// </summary>
    internal static AffineMap Shear(double angle) => new(1, -Math.Sin(angle), 0, 0, Math.Cos(angle), 0);

    /// <summary>Reads from places that many times as far from the centre: below 1 enlarges.</summary>
    internal static AffineMap Zoom(double x, double y) => new(x, 0, 0, 0, y, 0);

    /// <summary>Swaps left with right, top with bottom, or both.</summary>
    internal static AffineMap Mirror(bool horizontal, bool vertical) =>
        new(horizontal ? -1 : 1, 0, 0, 0, vertical ? -1 : 1, 0);

    /// <summary>The product of the matrices: a place goes through <paramref name="right"/> first.</summary>
    public static AffineMap operator *(AffineMap left, AffineMap right) =>
        new(
            (left.XX * right.XX) + (left.XY * right.YX),
            (left.XX * right.XY) + (left.XY * right.YY),
            (left.XX * right.X0) + (left.XY * right.Y0) + left.X0,
            (left.YX * right.XX) + (left.YY * right.YX),
            (left.YX * right.XY) + (left.YY * right.YY),
            (left.YX * right.X0) + (left.YY * right.Y0) + left.Y0
        );
}
