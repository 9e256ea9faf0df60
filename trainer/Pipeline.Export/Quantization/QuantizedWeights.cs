namespace Pipeline.Export.Quantization;

/// <summary>A weight tensor as int8, one scale per output channel, zero point 0: w is about scale[o] q.</summary>
/// <param name="Values">As many as the tensor has, in its order.</param>
/// <param name="Scales">One per output channel, positive.</param>
internal sealed record QuantizedWeights(sbyte[] Values, float[] Scales)
{
    private const double LargestBias = 1 << 30; // half of int32, which leaves the sum of products the other half

    /// <summary>Rounds weights to nearest, ties to even.</summary>
    /// <param name="weights">The tensor, row-major.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="axis">Axis of the output channels.</param>
    /// <param name="bias">
    /// One per output channel, or empty: a channel's scale is made coarse enough for its bias to fit int32 at scale
    /// input x weight.
    /// </param>
    /// <param name="inputScale">Scale of the activation that the weights are multiplied with.</param>
    /// <param name="reduceRange">
    /// Whether to use [-64, 64] instead of [-127, 127], so that two products fit int16 on processors without VNNI.
    /// </param>
    internal static QuantizedWeights From(
        ReadOnlySpan<float> weights,
        IReadOnlyList<long> shape,
        int axis,
        ReadOnlySpan<float> bias,
        float inputScale,
        bool reduceRange
    )
    {
        int channels = (int)shape[axis];
        int inner = (int)shape.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
        int limit = reduceRange ? 64 : 127;
        float[] scales = Finest(weights, channels, inner, limit);
        for (int channel = 0; channel < channels; channel++)
        {
            float forBias = bias.IsEmpty ? 0 : (float)(Math.Abs(bias[channel]) / (inputScale * LargestBias));
            scales[channel] = Math.Max(scales[channel], forBias);
            scales[channel] = scales[channel] > 0 ? scales[channel] : 1;
        }

        var values = new sbyte[weights.Length];
        for (int index = 0; index < weights.Length; index++)
        {
            double steps = Math.Round(
                (double)weights[index] / scales[index / inner % channels],
                MidpointRounding.ToEven
            );
            values[index] = (sbyte)Math.Clamp(steps, -limit, limit);
        }

        return new QuantizedWeights(values, scales);
    }

    /// <summary>The bias as the runtime adds it: round(bias / (input scale x weight scale)).</summary>
    internal int[] Bias(ReadOnlySpan<float> bias, float inputScale)
    {
        var values = new int[bias.Length];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            values[channel] = (int)
                Math.Clamp(
                    Math.Round(bias[channel] / (double)BiasScale(channel, inputScale), MidpointRounding.ToEven),
                    -int.MaxValue,
                    int.MaxValue
                );
        }

        return values;
    }

    /// <summary>The scale of a channel's bias.</summary>
    internal float BiasScale(int channel, float inputScale) => inputScale * Scales[channel];

    private static float[] Finest(ReadOnlySpan<float> weights, int channels, int inner, int limit)
    {
        var largest = new float[channels];
        for (int index = 0; index < weights.Length; index++)
        {
            int channel = index / inner % channels;
            largest[channel] = Math.Max(largest[channel], Math.Abs(weights[index]));
        }

        return [.. largest.Select(value => (float)((double)value / limit))];
    }
}
