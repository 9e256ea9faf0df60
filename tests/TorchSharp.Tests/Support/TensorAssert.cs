namespace TorchSharp.Tests.Support;

/// <summary>Comparisons of tensors with plain numbers.</summary>
internal static class TensorAssert
{
    /// <summary>Compares in row-major order; fails with the worst index, both values and the error, which is relative for expected values beyond 1.</summary>
    internal static void Near(IReadOnlyList<double> expected, torch.Tensor actual, double tolerance)
    {
        double[] values = ToDoubles(actual);
        Assert.Equal(expected.Count, values.Length);
        int worst = -1;
        double worstError = tolerance;
        for (int i = 0; i < values.Length; i++)
        {
            double error = Math.Abs(values[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(error <= worstError) && !(double.IsNaN(values[i]) && double.IsNaN(expected[i])))
            {
                (worst, worstError) = (i, error);
            }
        }

        if (worst >= 0)
        {
            Assert.Fail($"{actual}: element {worst} is {values[worst]:R}, expected {expected[worst]:R}, error {worstError:G3} > {tolerance:G3}.");
        }
    }

    internal static void Near(torch.Tensor expected, torch.Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Near(ToDoubles(expected), actual, tolerance);
    }

    internal static double[] ToDoubles(torch.Tensor tensor)
    {
        using torch.Tensor plain = tensor.detach();
        using torch.Tensor converted = plain.to(torch.float64);
        return converted.data<double>().ToArray();
    }
}
