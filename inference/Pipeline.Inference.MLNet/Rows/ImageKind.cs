namespace Pipeline.Inference.MLNet.Rows;

/// <summary>What a column of images holds.</summary>
internal enum ImageKind
{
    /// <summary>Paths of image files, as text.</summary>
    Path,

    /// <summary>The bytes of image files, as vectors of bytes.</summary>
    Bytes,

    /// <summary>Decoded images, as ML.NET's own type.</summary>
    Image,
}
