using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Adds a border around the last dimensions.</summary>
            /// <param name="input">Images, <c>[N, C, H, W]</c>, or any tensor.</param>
            /// <param name="pad">Widths, last dimension first: left, right, top, bottom, ... Negative numbers crop.</param>
            /// <param name="mode">What stands in the border.</param>
            /// <param name="value">The value for <see cref="PaddingModes.Constant"/>.</param>
            /// <returns>The larger tensor.</returns>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                string name = mode switch
                {
                    PaddingModes.Constant or PaddingModes.Zeros => "constant",
                    PaddingModes.Reflect => "reflect",
                    PaddingModes.Replicate => "replicate",
                    PaddingModes.Circular => "circular",
                    _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such padding mode."),
                };
                double? filling = mode switch { PaddingModes.Constant => value, PaddingModes.Zeros => 0.0, _ => null };
                return Aten.Call("pad", input, pad, name, filling);
            }

            /// <summary>Adds a border around the last dimension: left, right.</summary>
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            /// <summary>Adds a border around the last two dimensions: left, right, top, bottom.</summary>
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>Resizes images, <c>[N, C, H, W]</c>.</summary>
            /// <param name="x">The images.</param>
            /// <param name="size">Height and width of the result; null to give factors.</param>
            /// <param name="scale_factor">Factors of height and width; null to give a size.</param>
            /// <param name="mode">Nearest, bilinear, bicubic or area.</param>
            /// <param name="align_corners">Whether the corner pixels' centres coincide, instead of the images' corners.</param>
            /// <param name="recompute_scale_factor">Round the result's size first and sample by the ratio of the sizes.</param>
            /// <param name="antialias">Average all source pixels that a result pixel covers; bilinear and bicubic only.</param>
            /// <returns><c>[N, C, H', W']</c>.</returns>
            /// <exception cref="ArgumentException">Not exactly one of size and factors is given, or the mode is none of the four.</exception>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false)
            {
                if ((size is null) == (scale_factor is null))
                {
                    throw new ArgumentException("Give either size or scale_factor.", nameof(size));
                }

                if (mode == InterpolationMode.Area)
                {
                    return adaptive_avg_pool2d(x, size ?? Scaled(x, scale_factor));
                }

                if (recompute_scale_factor && scale_factor is not null)
                {
                    (size, scale_factor) = (Scaled(x, scale_factor), null);
                }

                (string before, string after) = antialias ? ("_", "_aa") : (string.Empty, string.Empty);
                return mode switch
                {
                    InterpolationMode.Nearest => Aten.Call("upsample_nearest2d.vec", x, size, scale_factor),
                    InterpolationMode.Bilinear => Aten.Call($"{before}upsample_bilinear2d{after}.vec", x, size, align_corners ?? false, scale_factor),
                    InterpolationMode.Bicubic => Aten.Call($"{before}upsample_bicubic2d{after}.vec", x, size, align_corners ?? false, scale_factor),
                    _ => throw new ArgumentException($"Images are resized with Nearest, Bilinear, Bicubic or Area, not {mode}.", nameof(mode)),
                };
            }

            private static long[] Scaled(Tensor images, double[]? factors)
            {
                ArgumentNullException.ThrowIfNull(factors);
                long[] shape = images.shape;
                return [(long)Math.Floor(shape[2] * factors[0]), (long)Math.Floor(shape[3] * factors[^1])];
            }

            /// <summary>Sampling positions of an affine map, for <see cref="grid_sample"/>.</summary>
            /// <param name="theta">One map of result to source positions per image, <c>[N, 2, 3]</c>, both in [-1, 1] over the image.</param>
            /// <param name="size">Shape of the result images, <c>[N, C, H, W]</c>.</param>
            /// <param name="align_corners">Whether -1 and 1 are the corner pixels' centres, instead of the image's corners.</param>
            /// <returns><c>[N, H, W, 2]</c>, x before y.</returns>
            /// <exception cref="ArgumentNullException"><paramref name="size"/> is null.</exception>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false)
            {
                ArgumentNullException.ThrowIfNull(size);
                return Aten.Call("affine_grid_generator", theta, size, align_corners);
            }

            /// <summary>Reads images at given positions.</summary>
            /// <param name="input">Images, <c>[N, C, H, W]</c>.</param>
            /// <param name="grid">Positions, <c>[N, H', W', 2]</c>, x before y, in [-1, 1] over the image.</param>
            /// <param name="mode">How the pixels around a position are weighed.</param>
            /// <param name="padding_mode">What stands outside the image.</param>
            /// <param name="align_corners">Whether -1 and 1 are the corner pixels' centres; false when null.</param>
            /// <returns><c>[N, C, H', W']</c>.</returns>
            public static Tensor grid_sample(
                Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null)
            {
                long interpolation = mode == GridSampleMode.Nearest ? 1 : 0;
                long border = padding_mode switch { GridSamplePaddingMode.Zeros => 0, GridSamplePaddingMode.Border => 1, _ => 2 };
                return Aten.Call("grid_sampler", input, grid, interpolation, border, align_corners ?? false);
            }
        }
    }
}
