namespace Pipeline.Networks.Graph;

/// <summary>Rows and columns of a kernel or a stride.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>The same in both directions.</summary>
    /// <param name="side">At least 1.</param>
    public static implicit operator Extent(int side) => FromInt32(side);

    /// <summary>The same in both directions.</summary>
    /// <param name="side">At least 1.</param>
    /// <returns>A square.</returns>
    public static Extent FromInt32(int side) => new(side, side);

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}

/// <summary>
/// Zeros added around a map before a sliding window; the sides may differ (Keras pads bottom and right only).
/// </summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>No padding.</summary>
    public static Padding None => default;

    /// <summary>Whether opposite sides are equal, as torch's convolution wants it.</summary>
    public bool IsSymmetric => Top == Bottom && Left == Right;

    /// <summary>The same on all four sides.</summary>
    /// <param name="size">Rows and columns on each side.</param>
    /// <returns>A padding.</returns>
    public static Padding All(int size) => new(size, size, size, size);

    /// <summary>
    /// As much as makes the result ceil(size / stride) long; the odd row and column go to the bottom and right, as with
    /// Keras's <c>same</c>.
    /// </summary>
    /// <param name="input">The map.</param>
    /// <param name="kernel">Size of the window.</param>
    /// <param name="stride">Step of the window.</param>
    /// <returns>A padding whose sides differ by at most 1.</returns>
    public static Padding Same(FeatureShape input, Extent kernel, Extent stride)
    {
        int rows = Missing(input.Height, kernel.Height, stride.Height);
        int columns = Missing(input.Width, kernel.Width, stride.Width);
        return new Padding(rows / 2, columns / 2, rows - (rows / 2), columns - (columns / 2));
    }

    private static int Missing(int size, int kernel, int stride) =>
        Math.Max(0, ((((size + stride - 1) / stride) - 1) * stride) + kernel - size);
}

/// <summary>A sliding window: kernel, stride and padding.</summary>
/// <param name="Kernel">Size of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Zeros around the map.</param>
public readonly record struct Window(Extent Kernel, Extent Stride, Padding Padding)
{
    /// <summary>Rows and columns of the result: floor((size + padding - kernel) / stride) + 1.</summary>
    /// <param name="input">A map.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="ceiling">Round up instead of down, as torch's <c>ceil_mode</c>.</param>
    /// <returns>The map that the window gives; sizes below 1 when it does not fit.</returns>
    public FeatureShape Slide(FeatureShape input, int channels, bool ceiling = false)
    {
        int height = Steps(input.Height, Padding.Top, Padding.Bottom, Kernel.Height, Stride.Height, ceiling);
        int width = Steps(input.Width, Padding.Left, Padding.Right, Kernel.Width, Stride.Width, ceiling);
        return FeatureShape.Map(channels, height, width);
    }

    private static int Steps(int size, int before, int after, int kernel, int stride, bool ceiling)
    {
        int room = size + before + after - kernel;
        if (room < 0)
        {
            return 0;
        }

        int steps = ((ceiling ? room + stride - 1 : room) / stride) + 1;

        // torch: with ceil_mode the last window must start inside the map or its leading padding
        return ceiling && (steps - 1) * stride >= size + before ? steps - 1 : steps;
    }
}
