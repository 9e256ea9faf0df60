namespace Pipeline.Core.Imaging.Decoding;

/// <summary>The formats that are decoded; every other one is refused by name.</summary>
internal enum ImageFormat
{
    /// <summary>Baseline and progressive JPEG; grey, YCbCr, CMYK, YCCK.</summary>
    Jpeg,

    /// <summary>PNG of every colour type and depth.</summary>
    Png,

    /// <summary>WebP, lossy and lossless; the first frame of an animation.</summary>
    WebP,

    /// <summary>GIF; the first frame.</summary>
    Gif,

    /// <summary>TIFF and BigTIFF with samples of at most 16 bits; the first page.</summary>
    Tiff,

    /// <summary>BMP of every depth, plain or in runs.</summary>
    Bmp,
}
