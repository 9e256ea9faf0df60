namespace Pipeline.Core.Imaging.Decoding;

/// <summary>Limits on files from strangers, checked before any pixel is decoded.</summary>
internal static class ImageLimits
{
    /// <summary>Largest encoded file, in bytes.</summary>
    internal const int MaxFileBytes = 256 * 1024 * 1024;

    /// <summary>Most pixels of an image, by its header.</summary>
    internal const long MaxPixels = 100_000_000;

    /// <summary>Most working memory of one resize, in bytes: height x target width x 3. Only strips thousands of times taller than wide come near it.</summary>
    internal const long MaxResizeBytes = 1L << 30;
}
