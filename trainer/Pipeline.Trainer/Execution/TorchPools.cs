using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Execution;

/// <summary>The torch form of sliding windows.</summary>
internal static class TorchPools
{
    /// <summary>
    /// torch pads both sides alike and by no more than half the window; the padding of another kind is minus infinity,
    /// which never wins.
    /// </summary>
    internal static Tensor Max(MaxPool2d pool, Tensor input)
    {
        Window window = pool.Window;
        if (
            window.Padding.IsSymmetric
            && 2 * window.Padding.Top <= window.Kernel.Height
            && 2 * window.Padding.Left <= window.Kernel.Width
        )
        {
            return F.max_pool2d(
                input,
                Pair(window.Kernel),
                Pair(window.Stride),
                [window.Padding.Top, window.Padding.Left],
                ceil_mode: pool.Ceiling
            );
        }

        using Tensor padded = F.pad(
            input,
            [window.Padding.Left, window.Padding.Right, window.Padding.Top, window.Padding.Bottom],
            value: double.NegativeInfinity
        );
        return F.max_pool2d(padded, Pair(window.Kernel), Pair(window.Stride), ceil_mode: pool.Ceiling);
    }

    /// <summary>Means over a window.</summary>
    /// <exception cref="ShapeException">Opposite sides of the padding differ.</exception>
    internal static Tensor Average(string node, AvgPool2d pool, Tensor input) =>
        pool.Window.Padding.IsSymmetric
            ? F.avg_pool2d(
                input,
                Pair(pool.Window.Kernel),
                Pair(pool.Window.Stride),
                [pool.Window.Padding.Top, pool.Window.Padding.Left],
                count_include_pad: pool.CountPadding
            )
            : throw new ShapeException(
                $"Node '{node}': pooling with unequal padding {pool.Window.Padding} has no torch form."
            );

    /// <summary>Height and width as torch takes them.</summary>
    internal static long[] Pair(Extent extent) => [extent.Height, extent.Width];
}
