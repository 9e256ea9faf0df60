using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Features;

namespace Pipeline.Trainer.Training;

/// <summary>Measures mean and deviation of the features for a head's <c>standardize</c> layer.</summary>
internal static class FeatureStandardizer
{
    private const double SmallestDeviation = 1e-6; // a feature that never changes must not be divided by zero

    /// <summary>Computes the statistics over the training images, in double.</summary>
    /// <param name="standardize">The layer's node.</param>
    /// <param name="features">Features that enter it.</param>
    /// <returns>The layer's two tensors: mean and population standard deviation, each <c>[F]</c>.</returns>
    public static IReadOnlyList<TensorData> Measure(Node standardize, FeatureTable features)
    {
        int count = features.FeatureCount;
        var mean = new double[count];
        var squares = new double[count];
        var values = new float[count];
        for (int row = 0; row < features.Count; row++)
        {
            features.Read(row, values);
            for (int column = 0; column < count; column++)
            {
                // Welford 1962: no large sum of squares, so no cancellation
                double delta = values[column] - mean[column];
                mean[column] += delta / (row + 1);
                squares[column] += delta * (values[column] - mean[column]);
            }
        }

        float[] deviations =
        [
            .. squares.Select(sum => (float)Math.Max(Math.Sqrt(sum / features.Count), SmallestDeviation)),
        ];
        return
        [
            TensorData.FromFloat32($"{standardize.Name}.mean", [count], mean.Select(value => (float)value).ToArray()),
            TensorData.FromFloat32($"{standardize.Name}.std", [count], deviations),
        ];
    }
}
