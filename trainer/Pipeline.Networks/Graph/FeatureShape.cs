namespace Pipeline.Networks.Graph;

/// <summary>
/// Shape of one image's activations, without the batch dimension: a map <c>[C, H, W]</c> or a vector <c>[C]</c>.
/// </summary>
public readonly record struct FeatureShape
{
    private FeatureShape(int channels, int height, int width, bool isMap)
    {
        Channels = channels;
        Height = height;
        Width = width;
        IsMap = isMap;
    }

    /// <summary>Channels of a map, or length of a vector.</summary>
    public int Channels { get; }

    /// <summary>Rows of a map; 1 for a vector.</summary>
    public int Height { get; }

    /// <summary>Columns of a map; 1 for a vector.</summary>
    public int Width { get; }

    /// <summary>Whether this is a map <c>[C, H, W]</c>.</summary>
    public bool IsMap { get; }

    /// <summary>Number of values.</summary>
    public long Count => (long)Channels * Height * Width;

    /// <summary>A map.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <returns>The shape <c>[C, H, W]</c>.</returns>
    public static FeatureShape Map(int channels, int height, int width) => new(channels, height, width, isMap: true);

    /// <summary>A vector.</summary>
    /// <param name="length">Values, at least 1.</param>
    /// <returns>The shape <c>[C]</c>.</returns>
    public static FeatureShape Vector(int length) => new(length, 1, 1, isMap: false);

    /// <inheritdoc/>
    public override string ToString() => IsMap ? $"[{Channels}, {Height}, {Width}]" : $"[{Channels}]";
}
