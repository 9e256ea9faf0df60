using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Calibration;

namespace Pipeline.Inference.Tests.Calibration;

public sealed class ActivationReaderTests
{
    [Fact]
    public void Run_TwoImages_HandsOverEveryTensorWithItsShape()
    {
        byte[] pixels = new byte[2 * TestModels.Size.RgbBytes];
        GoldenSample.FillPixels(pixels, 2, TestModels.Size);
        using ActivationReader reader = ActivationReader.Open(TestModels.Colors, ["logits", "probabilities"], 1);
        var seen = new Dictionary<string, (long[] Shape, float[] Values)>();

        reader.Run(pixels, 2, (tensor, shape, values) => seen.Add(tensor, (shape.ToArray(), values.ToArray())));

        Assert.Equal(["logits", "probabilities"], seen.Keys);
        Assert.Equal([2, 3], seen["logits"].Shape);
        float[] expected =
        [
            .. TestModels.ColorLogits(pixels.AsSpan(0, TestModels.Size.RgbBytes)),
            .. TestModels.ColorLogits(pixels.AsSpan(TestModels.Size.RgbBytes)),
        ];
        // float32 sums of 64 values around 128
        Assert.All(expected.Zip(seen["logits"].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(2, seen["probabilities"].Values.Sum(), 1e-5f);
    }

    [Fact]
    public void Open_UnknownTensor_IsNamed()
    {
        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ActivationReader.Open(TestModels.Colors, ["logits", "relu7"], 1)
        );

        Assert.Contains("has no float32 output 'relu7'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherNumberOfPixels_IsRefused()
    {
        using ActivationReader reader = ActivationReader.Open(TestModels.Colors, ["logits"], 1);

        Assert.Throws<ShapeException>(() => reader.Run(new byte[5], 1, (_, _, _) => { }));
    }
}
