using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Folds the standardisation of features into the dense layer behind it: W becomes W / std, b becomes b - W (mean /
/// std). Computed in double, rounded once. Dropout must have been removed before.
/// </summary>
internal static class FoldStandardize
{
    /// <summary>Applies the pass; a standardisation that another operation reads stays.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        foreach (Node standardize in model.Graph.Nodes.Where(node => node.Operation is Standardize))
        {
            if (model.OnlyReaderOf(standardize.Name) is { Operation: Linear operation } dense)
            {
                model = Fold(model, standardize.Name, dense.Name)
                    .Replace(dense.Name, operation with { HasBias = true })
                    .Bypass(standardize.Name);
            }
        }

        return model;
    }

    private static NetworkModel Fold(NetworkModel model, string standardize, string dense)
    {
        ReadOnlySpan<float> mean = model.Weights[$"{standardize}.mean"].AsFloat32();
        ReadOnlySpan<float> std = model.Weights[$"{standardize}.std"].AsFloat32();
        TensorData matrix = model.Weights[$"{dense}.weight"];
        float[] folded = matrix.AsFloat32().ToArray();
        int rows = (int)matrix.Shape[0];
        float[] bias = model.BiasOf(dense, rows);
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

        return model.With(
            TensorData.FromFloat32(matrix.Name, matrix.Shape, folded),
            TensorData.FromFloat32($"{dense}.bias", [rows], bias)
        );
    }
}
