using Pipeline.Export.Quantization;

namespace Pipeline.Export.Tests.Quantization;

public sealed class QuantizedWeightsTests
{
    [Fact]
    public void From_TinyConvolution_GivesTheWorkedNumbers()
    {
        float[] weights = [127, -63, 10, 254, 2, -4]; // [2, 3, 1, 1]; largest 127 and 254: scales 1 and 2

        QuantizedWeights quantized = QuantizedWeights.From(weights, [2, 3, 1, 1], 0, [3, 10], 0.5f, reduceRange: false);

        Assert.Equal([1f, 2f], quantized.Scales);
        Assert.Equal([127, -63, 10, 127, 1, -2], quantized.Values.Select(value => (int)value));
        Assert.Equal([6, 10], quantized.Bias([3, 10], 0.5f)); // 3 / (0.5 x 1), 10 / (0.5 x 2)
    }

    [Fact]
    public void From_TinyGemm_TakesItsScalesByColumn()
    {
        // [2 inputs, 2 outputs]; largest by column 127 and 25.4: scales 1 and 0.2
        float[] weights = [127, 25.4f, -1, 0.3f];

        QuantizedWeights quantized = QuantizedWeights.From(weights, [2, 2], 1, [], 1, reduceRange: false);

        Assert.Equal([1f, 0.2f], quantized.Scales);
        Assert.Equal([127, 127, -1, 2], quantized.Values.Select(value => (int)value)); // 0.3 / 0.2 = 1.5 rounds to even
    }

    [Fact]
    public void From_ReducedRange_UsesSevenBits()
    {
        QuantizedWeights quantized = QuantizedWeights.From([128, -128, 2], [1, 3], 0, [], 1, reduceRange: true);

        Assert.Equal([2f], quantized.Scales);
        Assert.Equal([64, -64, 1], quantized.Values.Select(value => (int)value));
    }

    [Fact]
    public void From_ChannelOfZeros_KeepsItsBias()
    {
        QuantizedWeights quantized = QuantizedWeights.From(
            [0, 0, 1, -1],
            [2, 2],
            0,
            [0.3f, 0],
            0.01f,
            reduceRange: false
        );

        double kept = quantized.Bias([0.3f, 0], 0.01f)[0] * (double)quantized.BiasScale(0, 0.01f);
        Assert.Equal(0.3, kept, 1e-6);
        Assert.Equal(0, quantized.Values[0]);
    }

    [Fact]
    public void From_LargeBiasOnSmallWeights_DoesNotOverflow()
    {
        float[] bias = [1e6f];

        QuantizedWeights quantized = QuantizedWeights.From([1e-6f, -1e-6f], [1, 2], 0, bias, 1e-4f, reduceRange: false);

        double kept = quantized.Bias(bias, 1e-4f)[0] * (double)quantized.BiasScale(0, 1e-4f);
        Assert.InRange(kept, 999_999, 1_000_001);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void From_AnyWeights_RoundsByHalfAStepAtMost(bool reduceRange)
    {
        var random = new Random(3);
        float[] weights =
        [
            .. Enumerable
                .Range(0, 16 * 27)
                .Select(index => (float)((random.NextDouble() - 0.5) * Math.Pow(10, (index / 27) - 8))),
        ];

        QuantizedWeights quantized = QuantizedWeights.From(weights, [16, 3, 3, 3], 0, [], 1, reduceRange);

        Assert.All(
            Enumerable.Range(0, weights.Length),
            index =>
                Assert.InRange(
                    Math.Abs((quantized.Values[index] * (double)quantized.Scales[index / 27]) - weights[index]),
                    0,
                    quantized.Scales[index / 27] * 0.50001
                )
        );
    }
}
