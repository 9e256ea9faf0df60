using System.Collections.Immutable;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Folds the standardisation of features into the dense layer behind it: W becomes W / std, b becomes b - W (mean / std). Computed in double, rounded once. Dropout must have
/// been removed before.
/// </summary>
internal static class FoldStandardize
{
    /// <summary>Applies the pass; a standardisation that another operation reads stays.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        ImmutableArray<Node> nodes = model.Graph.Nodes;
        var weights = new Dictionary<string, TensorData>(model.Weights, StringComparer.Ordinal);
        foreach (Node standardize in model.Graph.Nodes.Where(node => node.Operation is Standardize))
        {
            Node[] readers = [.. nodes.Where(node => node.Inputs.Contains(standardize.Name))];
            if (readers is [{ Operation: Linear }])
            {
                Fold(standardize.Name, readers[0].Name, weights);
                nodes = NetworkModel.Bypass(nodes, nodes.Single(node => node.Name == standardize.Name));
                nodes = [.. nodes.Select(node => node.Name == readers[0].Name ? node with { Operation = (Linear)node.Operation with { HasBias = true } } : node)];
            }
        }

        return new NetworkModel(new NetworkGraph(model.Graph.Name, model.Graph.Input, nodes), weights);
    }

    private static void Fold(string standardize, string dense, Dictionary<string, TensorData> weights)
    {
        ReadOnlySpan<float> mean = weights[$"{standardize}.mean"].AsFloat32();
        ReadOnlySpan<float> std = weights[$"{standardize}.std"].AsFloat32();
        TensorData matrix = weights[$"{dense}.weight"];
        float[] folded = matrix.AsFloat32().ToArray();
        int rows = (int)matrix.Shape[0];
        float[] bias = weights.TryGetValue($"{dense}.bias", out TensorData? old) ? old.AsFloat32().ToArray() : new float[rows];
        for (int row = 0; row < rows; row++)
        {
            double shift = 0;
            for (int column = 0; column < mean.Length; column++)
            {
                ref float value = ref folded[(row * mean.Length) + column];
                double scaled = value / (double)std[column];
                shift += scaled * mean[column];
                value = (float)scaled;
            }

            bias[row] = (float)(bias[row] - shift);
        }

        weights[$"{dense}.weight"] = TensorData.FromFloat32($"{dense}.weight", matrix.Shape, folded);
        weights[$"{dense}.bias"] = TensorData.FromFloat32($"{dense}.bias", [rows], bias);
    }
}
