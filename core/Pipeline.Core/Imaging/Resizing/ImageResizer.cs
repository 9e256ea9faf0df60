using System.Runtime.Intrinsics.X86;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>From RGB pixels of any size to the model's size: the one resize behind every entry point.</summary>
internal static class ImageResizer
{
    /// <summary>Resizes, crops or pads.</summary>
    /// <param name="source">Pixels, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="size">
    /// Their size; smaller than the one <paramref name="plan"/> was made for when the image was shrunk while loading.
    /// </param>
    /// <param name="plan">Geometry.</param>
    /// <param name="preprocessing">Kernel, mode and target size.</param>
    /// <param name="destination">Exactly the target's bytes; all are written. Borrowed.</param>
    internal static void Resize(
        ReadOnlySpan<byte> source,
        ImageSize size,
        ResizePlan plan,
        Preprocessing preprocessing,
        Span<byte> destination
    )
    {
        int stride = preprocessing.Size.Width * 3;
        if (preprocessing.Resize == ResizeMode.FitPad)
        {
            destination.Clear();
        }

        Span<byte> target = destination[((plan.Vertical.Offset * stride) + (plan.Horizontal.Offset * 3))..];
        if (preprocessing.Kernel == ResizeKernel.Nearest)
        {
            NearestSampler.Sample(source, size, plan, target, stride);
            return;
        }

        if (size == preprocessing.Size)
        {
            source.CopyTo(destination);
            return;
        }

        AxisWeights horizontal = AxisWeights.Create(size.Width, plan.Horizontal, preprocessing.Kernel);
        AxisWeights vertical = AxisWeights.Create(size.Height, plan.Vertical, preprocessing.Kernel);
        Resampler.Resample(source, size, horizontal, vertical, target, stride, Avx2.IsSupported);
    }
}
