using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights.Keras;

/// <summary>From Keras's layouts to PyTorch's.</summary>
/// <remarks>
/// Convolution <c>[kh, kw, in, out]</c> to <c>[out, in, kh, kw]</c>; depthwise <c>[kh, kw, C, 1]</c> to <c>[C, 1, kh,
/// kw]</c>; dense <c>[in, out]</c> transposed.
/// </remarks>
internal static class KerasLayout
{
    /// <summary>The source's axes in the order of the target's; <c>null</c> leaves a tensor as it is.</summary>
    internal static int[]? Axes(Node node, ParameterSpec spec) =>
        (spec.Shape.Length, IsDepthwise(node)) switch
        {
            (4, false) => [3, 2, 0, 1],
            (4, true) => [2, 3, 0, 1],
            (2, _) => [1, 0],
            _ => null,
        };

    /// <summary>Whether a node is a depthwise convolution.</summary>
    internal static bool IsDepthwise(Node node) => node.Operation is Conv2d { Groups: > 1 };

    /// <summary>The name that Keras gives a parameter inside its layer.</summary>
    internal static string NameOf(Node node, ParameterSpec spec) =>
        spec.Key[(node.Name.Length + 1)..] switch
        {
            "weight" when node.Operation is BatchNorm2d => "gamma",
            "bias" when node.Operation is BatchNorm2d => "beta",
            "running_mean" => "moving_mean",
            "running_var" => "moving_variance",
            "weight" => IsDepthwise(node) ? "depthwise_kernel" : "kernel",
            string other => other,
        };

    /// <summary>A dense kernel <c>[H W C, out]</c> behind a flattened map as <c>[out, C H W]</c>.</summary>
    /// <param name="kernel">The file's kernel. Borrowed.</param>
    /// <param name="map">The map.</param>
    internal static TensorData FromFlattened(TensorData kernel, FeatureShape map)
    {
        long[] shape = [map.Height, map.Width, map.Channels, kernel.Shape[1]];
        var byPlace = new TensorData(kernel.Name, kernel.ElementType, shape, kernel.Bytes);
        TensorData byChannel = Permute(byPlace, [3, 2, 0, 1]); // [out, C, H, W]
        return new TensorData(kernel.Name, byChannel.ElementType, [kernel.Shape[1], kernel.Shape[0]], byChannel.Bytes);
    }

    /// <summary>Copies a tensor of floats with its axes in another order.</summary>
    internal static TensorData Permute(TensorData tensor, int[] order)
    {
        long[] shape = [.. order.Select(axis => tensor.Shape[axis])];
        var strides = new long[order.Length];
        long stride = 1;
        for (int axis = order.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= tensor.Shape[axis];
        }

        ReadOnlySpan<float> values = tensor.AsFloat32();
        var result = new float[values.Length];
        var index = new long[order.Length];
        for (int position = 0; position < result.Length; position++)
        {
            long source = 0;
            for (int axis = 0; axis < order.Length; axis++)
            {
                source += index[axis] * strides[order[axis]];
            }

            result[position] = values[(int)source];
            for (int axis = order.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return TensorData.FromFloat32(tensor.Name, shape, result);
    }
}
