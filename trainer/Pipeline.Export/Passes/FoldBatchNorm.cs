using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Folds a batch-norm into the convolution before it, when nobody else reads that convolution: with s = weight /
/// sqrt(var + eps) per channel, the kernel becomes w s and the bias (b - mean) s + bias. Computed in double, rounded
/// once.
/// </summary>
/// <remarks>Source: Jacob et al. 2017, arXiv:1712.05877, section 3.2. Checked in <c>FoldBatchNormTests</c>.</remarks>
internal static class FoldBatchNorm
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        foreach (
            Node norm in model.Graph.Nodes.Where(node =>
                node.Operation is BatchNorm2d && node.Inputs[0] != NetworkGraph.InputName
            )
        )
        {
            Node convolution = model.Graph[model.Graph[norm.Name].Inputs[0]];
            if (convolution.Operation is Conv2d operation && model.OnlyReaderOf(convolution.Name) is not null)
            {
                model = Fold(model, convolution.Name, operation, norm)
                    .Replace(convolution.Name, operation with { HasBias = true })
                    .Bypass(norm.Name);
            }
        }

        return model;
    }

    private static NetworkModel Fold(NetworkModel model, string convolution, Conv2d operation, Node norm)
    {
        var normalization = (BatchNorm2d)norm.Operation;
        ReadOnlySpan<float> scale = normalization.HasScale
            ? model.Weights[$"{norm.Name}.weight"].AsFloat32()
            : Enumerable.Repeat(1f, operation.OutChannels).ToArray();
        ReadOnlySpan<float> shift = model.Weights[$"{norm.Name}.bias"].AsFloat32();
        ReadOnlySpan<float> mean = model.Weights[$"{norm.Name}.running_mean"].AsFloat32();
        ReadOnlySpan<float> variance = model.Weights[$"{norm.Name}.running_var"].AsFloat32();
        TensorData kernel = model.Weights[$"{convolution}.weight"];
        float[] folded = kernel.AsFloat32().ToArray();
        float[] bias = model.BiasOf(convolution, operation.OutChannels);
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

        return model.With(
            TensorData.FromFloat32(kernel.Name, kernel.Shape, folded),
            TensorData.FromFloat32($"{convolution}.bias", [operation.OutChannels], bias)
        );
    }
}
