using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights;

/// <summary>Maps Keras's tensor names and layouts to those of a graph whose nodes are named as Keras names its layers.</summary>
/// <remarks>Convolution <c>[kh, kw, in, out]</c> to <c>[out, in, kh, kw]</c>; depthwise <c>[kh, kw, C, 1]</c> to <c>[C, 1, kh, kw]</c>; dense <c>[in, out]</c> transposed.</remarks>
internal static class KerasWeights
{
    /// <summary>Picks and transposes what a graph needs.</summary>
    /// <param name="graph">A backbone, cut or whole. Borrowed.</param>
    /// <param name="keras">Tensors under Keras's names. Borrowed.</param>
    /// <param name="source">Where they came from, for messages.</param>
    /// <returns>One tensor per parameter of the graph, in PyTorch's layout.</returns>
    /// <exception cref="WeightsException">A tensor is missing or has another shape; the message names it and both shapes.</exception>
    internal static WeightSet ToGraph(NetworkGraph graph, WeightSet keras, string source)
    {
        var tensors = new List<TensorData>();
        foreach (Node node in graph.Nodes)
        {
            foreach (ParameterSpec spec in node.Parameters)
            {
                tensors.Add(Convert(graph.Name, node, spec, keras, source));
            }
        }

        return new WeightSet(tensors);
    }

    private static TensorData Convert(string network, Node node, ParameterSpec spec, WeightSet keras, string source)
    {
        string suffix = spec.Key[(node.Name.Length + 1)..];
        bool isDepthwise = node.Operation is Conv2d { Groups: > 1 };
        string name = node.Name + "/" + suffix switch
        {
            "weight" when node.Operation is BatchNorm2d => "gamma",
            "bias" when node.Operation is BatchNorm2d => "beta",
            "running_mean" => "moving_mean",
            "running_var" => "moving_variance",
            "weight" => isDepthwise ? "depthwise_kernel" : "kernel",
            _ => suffix,
        };
        if (!keras.TryGet(name, out TensorData? tensor))
        {
            return spec.Role == ParameterRole.Scale
                ? TensorData.FromFloat32(spec.Key, spec.Shape, Enumerable.Repeat(1f, checked((int)spec.Count)).ToArray())   // batch-norm with scale off has no gamma
                : throw new WeightsException($"Weights '{source}' lack tensor '{name}' for '{spec.Key}' of network '{network}'. Use weights that were made for it.") { Subject = name };
        }

        int[] order = (tensor.Shape.Count, isDepthwise) switch
        {
            (4, false) => [3, 2, 0, 1],
            (4, true) => [2, 3, 0, 1],
            (2, _) => [1, 0],
            _ => [0],
        };
        long[] shape = [.. order.Select(axis => tensor.Shape[axis])];
        if (!shape.SequenceEqual(spec.Shape))
        {
            throw new WeightsException($"Weights '{source}': tensor '{name}' has shape {tensor.ShapeText}, expected a transposition of [{string.Join(", ", spec.Shape)}] for '{spec.Key}'. Use weights that were made for this network.")
            {
                Subject = name,
                Expected = $"[{string.Join(", ", spec.Shape)}]",
                Found = $"[{string.Join(", ", shape)}]",
            };
        }

        return TensorData.FromFloat32(spec.Key, shape, Permute(tensor.AsFloat32(), tensor.Shape, order));
    }

    /// <summary>Copies a tensor with its axes in another order.</summary>
    private static float[] Permute(ReadOnlySpan<float> values, IReadOnlyList<long> shape, int[] order)
    {
        var strides = new long[shape.Count];
        long stride = 1;
        for (int axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

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
            for (int axis = order.Length - 1; axis >= 0 && ++index[axis] == shape[order[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
