using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Reads images at the places that a radial distortion and then an affine map give, each image with its own, bilinearly
/// and once.
/// </summary>
internal static class AffineResampler
{
    /// <summary>Resamples a batch on its device.</summary>
    /// <param name="images"><c>float32 [N, C, H, W]</c>. Borrowed.</param>
    /// <param name="maps">N maps from places in the result, distorted, to places in the image.</param>
    /// <param name="distortions">
    /// N coefficients k: places go (1 + k r²) times as far out first, r = 1 at the corners.
    /// </param>
    /// <param name="fill">What stands outside the image.</param>
    /// <param name="fillValue">The value for <see cref="FillMode.Constant"/>.</param>
    /// <returns><c>[N, C, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    internal static Tensor Resample(
        Tensor images,
        IReadOnlyList<AffineMap> maps,
        IReadOnlyList<double> distortions,
        FillMode fill,
        double fillValue
    )
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grid = Grid(maps, distortions, images.shape[2], images.shape[3], images.device); // [N, H, W, 2]
        GridSamplePaddingMode padding = fill switch
        {
            FillMode.Nearest => GridSamplePaddingMode.Border,
            // without aligned corners: about the outer edge, so the edge pixel repeats, as in Keras
            FillMode.Reflect => GridSamplePaddingMode.Reflection,
            _ => GridSamplePaddingMode.Zeros,
        };
        bool isOffset = fill == FillMode.Constant && fillValue != 0;
        Tensor source = isOffset ? images - fillValue : images; // zero stands for the fill value then
        // [N, C, H, W]
        Tensor result = grid_sample(source, grid, GridSampleMode.Bilinear, padding, align_corners: false);
        return (isOffset ? result + fillValue : result).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The places in [-1, 1] over the image. Sums and products by element rather than <c>affine_grid</c>'s matrix
    /// product: an image's places cannot depend on the batch around it.
    /// </summary>
    private static Tensor Grid(
        IReadOnlyList<AffineMap> maps,
        IReadOnlyList<double> distortions,
        long height,
        long width,
        Device device
    )
    {
        double toX = 2.0 / width,
            toY = 2.0 / height; // -1 and 1 are the image's outer edges, W / 2 pixels from the centre
        // [1, 1, W]
        Tensor x = arange(width, dtype: float32, device: device).reshape(1, 1, width) - ((width - 1) / 2.0);
        // [1, H, 1]
        Tensor y = arange(height, dtype: float32, device: device).reshape(1, height, 1) - ((height - 1) / 2.0);
        if (distortions.Any(value => value != 0))
        {
            // squared distance of the corners from the centre
            double corner = ((width * width) + (height * height)) / 4.0;
            // [N, H, W]
            Tensor stretch = (((x * x) + (y * y)) * Numbers(distortions.Select(value => value / corner))) + 1;
            (x, y) = (x * stretch, y * stretch); // [N, H, W]
        }

        Tensor gridX =
            // [N, H, W]
            (Column(map => map.XX * toX) * x) + ((Column(map => map.XY * toX) * y) + Column(map => map.X0 * toX));
        Tensor gridY =
            // [N, H, W]
            (Column(map => map.YX * toY) * x) + ((Column(map => map.YY * toY) * y) + Column(map => map.Y0 * toY));
        return stack([gridX, gridY], 3); // [N, H, W, 2]

        Tensor Column(Func<AffineMap, double> coefficient) => Numbers(maps.Select(coefficient));
        Tensor Numbers(IEnumerable<double> values) =>
            tensor(values.Select(value => (float)value).ToArray(), [maps.Count, 1, 1]).to(device);
    }
}
