namespace Pipeline.Core.Contracts;

/// <summary>Interpolation kernel of the resize.</summary>
public enum ResizeKernel
{
    /// <summary>Nearest pixel; never antialiased.</summary>
    Nearest,

    /// <summary>Triangle kernel.</summary>
    Bilinear,

    /// <summary>Catmull-Rom cubic.</summary>
    Bicubic,

    /// <summary>Lanczos windowed sinc, three lobes.</summary>
    Lanczos3,
}
