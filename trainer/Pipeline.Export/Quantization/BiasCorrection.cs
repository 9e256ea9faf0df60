namespace Pipeline.Export.Quantization;

/// <summary>
/// Takes back the mean error that rounded weights make: the bias of output o becomes b[o] - sum over c of E[x[c]] (sum
/// over the kernel of q(w)[o, c] - w[o, c]). Places where the kernel lies over padding are counted like all others.
/// </summary>
/// <remarks>
/// Source: Nagel et al. 2019, arXiv:1906.04721, section 4.2, with measured means. Checked in
/// <c>BiasCorrectionTests</c>.
/// </remarks>
internal static class BiasCorrection
{
    /// <summary>Corrects a bias.</summary>
    /// <param name="bias">One per output channel O.</param>
    /// <param name="weights">
    /// <c>[O, C / groups, ...]</c> before rounding, or <c>[C, O]</c> when <paramref name="axis"/> is 1.
    /// </param>
    /// <param name="shape">Shape of the weights.</param>
    /// <param name="axis">Axis of the output channels, 0 or 1.</param>
    /// <param name="quantized">The rounded weights.</param>
    /// <param name="means">Mean of each input channel, <c>[C]</c>.</param>
    /// <returns>A new bias.</returns>
    internal static float[] Apply(
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> weights,
        IReadOnlyList<long> shape,
        int axis,
        QuantizedWeights quantized,
        ReadOnlySpan<double> means
    )
    {
        int outputs = (int)shape[axis],
            inputs = (int)shape[1 - axis];
        int kernel = weights.Length / (outputs * inputs);
        int outputsPerGroup = outputs / Math.Max(means.Length / inputs, 1); // means has C, the weights C / groups
        var corrected = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            double error = 0;
            for (int input = 0; input < inputs; input++)
            {
                int first = (axis == 0 ? (output * inputs) + input : (input * outputs) + output) * kernel;
                double difference = 0;
                for (int index = first; index < first + kernel; index++)
                {
                    difference += ((double)quantized.Scales[output] * quantized.Values[index]) - weights[index];
                }

                error += difference * means[(output / outputsPerGroup * inputs) + input];
            }

            corrected[output] = (float)(bias[output] - error);
        }

        return corrected;
    }
}
