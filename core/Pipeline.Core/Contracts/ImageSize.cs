using System.Globalization;

namespace Pipeline.Core.Contracts;

/// <summary>Size of an image in pixels.</summary>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Bytes of one RGB image of this size: width x height x 3.</summary>
    public int RgbBytes => checked(Width * Height * 3);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}
