namespace TorchSharp;

public static partial class torch
{
    /// <summary>How <see cref="nn.functional.interpolate"/> weighs the source pixels.</summary>
    public enum InterpolationMode
    {
        /// <summary>The nearest pixel.</summary>
        Nearest = 0,

        /// <summary>Two neighbours of a line.</summary>
        Linear = 1,

        /// <summary>Four neighbours of an image.</summary>
        Bilinear = 2,

        /// <summary>Sixteen neighbours of an image.</summary>
        Bicubic = 3,

        /// <summary>Eight neighbours of a volume.</summary>
        Trilinear = 4,

        /// <summary>The mean of the covered pixels.</summary>
        Area = 5,
    }

    /// <summary>How <see cref="nn.functional.grid_sample"/> weighs the source pixels.</summary>
    public enum GridSampleMode
    {
        /// <summary>The nearest pixel.</summary>
        Nearest = 0,

        /// <summary>Four neighbours.</summary>
        Bilinear = 2,
    }

    /// <summary>What <see cref="nn.functional.grid_sample"/> reads outside the image.</summary>
    public enum GridSamplePaddingMode
    {
        /// <summary>Zeros.</summary>
        Zeros = 0,

        /// <summary>The image mirrored at its border.</summary>
        Reflection = 1,

        /// <summary>The border pixel.</summary>
        Border = 2,
    }
}
