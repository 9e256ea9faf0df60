using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>The sliding window of an ONNX convolution or pool.</summary>
internal static class OnnxWindow
{
    /// <summary>Reads the window of a pool.</summary>
    internal static (Window Window, string Other)? Read(OnnxNode node) =>
        node.Integers("kernel_shape") is [long height, long width] ? Read(node, height, width) : null;

    /// <summary>Reads the window of a kernel.</summary>
    /// <param name="node">The node.</param>
    /// <param name="height">Rows of the kernel.</param>
    /// <param name="width">Columns of the kernel.</param>
    /// <returns>The window, and in words what it cannot say; <c>null</c> when it is no window over a map.</returns>
    internal static (Window Window, string Other)? Read(OnnxNode node, long height, long width)
    {
        long[] strides = node.Integers("strides") ?? [1, 1];
        long[] dilations = node.Integers("dilations") ?? [1, 1];
        long[] pads = node.Integers("pads") ?? [0, 0, 0, 0];
        if (
            strides.Length != 2
            || dilations.Length != 2
            || pads.Length != 4
            || pads.Concat(strides).Concat([height, width]).Any(size => size is < 0 or > int.MaxValue)
        )
        {
            return null;
        }

        string other = dilations is [1, 1] ? string.Empty : $", dilations {dilations[0]}x{dilations[1]}";
        string mode = node.Text("auto_pad");
        if (mode is "SAME_UPPER" or "SAME_LOWER")
        {
            // with step 1 the padding does not depend on the map
            bool isFixed = strides is [1, 1] && dilations is [1, 1];
            pads = isFixed ? Same(height, width, isUpper: mode == "SAME_UPPER") : [0, 0, 0, 0];
            other += isFixed ? string.Empty : $", auto_pad {mode} (pads that depend on the size of the image)";
        }
        else if (mode == "VALID")
        {
            pads = [0, 0, 0, 0];
        }

        var padding = new Padding((int)pads[0], (int)pads[1], (int)pads[2], (int)pads[3]);
        return (
            new Window(new Extent((int)height, (int)width), new Extent((int)strides[0], (int)strides[1]), padding),
            other
        );
    }

    private static long[] Same(long height, long width, bool isUpper)
    {
        (long less, long more) = ((height - 1) / 2, height / 2);
        (long lessWide, long moreWide) = ((width - 1) / 2, width / 2);
        return isUpper ? [less, lessWide, more, moreWide] : [more, moreWide, less, lessWide];
    }
}
