using System.Collections.Immutable;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Folds a batch-norm into the convolution before it, when nobody else reads that convolution: with s = weight / sqrt(var + eps) per channel, the kernel becomes
/// w s and the bias (b - mean) s + bias. Computed in double, rounded once.
/// </summary>
/// <remarks>Source: Jacob et al. 2017, arXiv:1712.05877, section 3.2. Checked in <c>FoldBatchNormTests</c>.</remarks>
internal static class FoldBatchNorm
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        ImmutableArray<Node> nodes = model.Graph.Nodes;
        var weights = new Dictionary<string, TensorData>(model.Weights, StringComparer.Ordinal);
        foreach (Node norm in model.Graph.Nodes.Where(node => node.Operation is BatchNorm2d))
        {
            Node? convolution = model.Graph.Nodes.FirstOrDefault(node => node.Name == norm.Inputs[0]);
            if (convolution is { Operation: Conv2d operation } && model.Graph.ReaderCount(convolution.Name) == 1)
            {
                Fold(convolution.Name, operation, norm, weights);
                nodes = NetworkModel.Bypass(nodes, nodes.Single(node => node.Name == norm.Name));
                nodes = [.. nodes.Select(node => node.Name == convolution.Name ? node with { Operation = operation with { HasBias = true } } : node)];
            }
        }

        return new NetworkModel(new NetworkGraph(model.Graph.Name, model.Graph.Input, nodes), weights);
    }

    private static void Fold(string convolution, Conv2d operation, Node norm, Dictionary<string, TensorData> weights)
    {
        var normalization = (BatchNorm2d)norm.Operation;
        ReadOnlySpan<float> scale = normalization.HasScale ? weights[$"{norm.Name}.weight"].AsFloat32() : Enumerable.Repeat(1f, operation.OutChannels).ToArray();
        ReadOnlySpan<float> shift = weights[$"{norm.Name}.bias"].AsFloat32();
        ReadOnlySpan<float> mean = weights[$"{norm.Name}.running_mean"].AsFloat32();
        ReadOnlySpan<float> variance = weights[$"{norm.Name}.running_var"].AsFloat32();
        TensorData kernel = weights[$"{convolution}.weight"];
        float[] folded = kernel.AsFloat32().ToArray();
        float[] bias = operation.HasBias ? weights[$"{convolution}.bias"].AsFloat32().ToArray() : new float[operation.OutChannels];
        int perChannel = folded.Length / operation.OutChannels;
        for (int channel = 0; channel < operation.OutChannels; channel++)
        {
            double factor = scale[channel] / Math.Sqrt(variance[channel] + normalization.Epsilon);
            foreach (ref float value in folded.AsSpan(channel * perChannel, perChannel))
            {
                value = (float)(value * factor);
            }

            bias[channel] = (float)(((bias[channel] - (double)mean[channel]) * factor) + shift[channel]);
        }

        weights[$"{convolution}.weight"] = TensorData.FromFloat32($"{convolution}.weight", kernel.Shape, folded);
        weights[$"{convolution}.bias"] = TensorData.FromFloat32($"{convolution}.bias", [operation.OutChannels], bias);
    }
}
