using Pipeline.Export.Quantization;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Quantization;

public sealed class BiasCorrectionTests
{
    [Fact]
    public void Apply_RoundedWeights_TakesTheMeanErrorBack()
    {
        // [2, 2]; scales 1 and 2, so 0.4 becomes 0 and 3 becomes 4 (1.5 rounds to 2)
        float[] weights = [127, 0.4f, 254, 3];
        QuantizedWeights quantized = QuantizedWeights.From(weights, [2, 2], 0, [], 1, reduceRange: false);

        float[] corrected = BiasCorrection.Apply([10, 20], weights, [2, 2], 0, quantized, [5, 3]);

        FloatAssert.Near([10 + (0.4f * 3), 20 - (1 * 3)], corrected, 1e-5);
    }

    [Fact]
    public void Apply_ColumnsOfAGemm_TakesTheMeanErrorBack()
    {
        float[] weights = [127, 254, 0.4f, 3]; // the same, transposed
        QuantizedWeights quantized = QuantizedWeights.From(weights, [2, 2], 1, [], 1, reduceRange: false);

        float[] corrected = BiasCorrection.Apply([10, 20], weights, [2, 2], 1, quantized, [5, 3]);

        FloatAssert.Near([10 + (0.4f * 3), 20 - (1 * 3)], corrected, 1e-5);
    }

    [Fact]
    public void Apply_TwoGroups_UsesEachGroupsOwnInputs()
    {
        // [2, 1, 1, 2], groups 2: output 0 reads input 0, output 1 reads input 1
        float[] weights = [127, 0.4f, 127, 0.4f];
        QuantizedWeights quantized = QuantizedWeights.From(weights, [2, 1, 1, 2], 0, [], 1, reduceRange: false);

        float[] corrected = BiasCorrection.Apply([0, 0], weights, [2, 1, 1, 2], 0, quantized, [5, 10]);

        FloatAssert.Near([0.4f * 5, 0.4f * 10], corrected, 1e-5);
    }
}
