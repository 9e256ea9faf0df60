using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Operations whose results are worked out by hand, or that differ between training and use.</summary>
public sealed class TorchOperationsTests : TorchTest
{
    private static readonly ForwardMode Training = new() { Dropout = true };

    [Fact]
    public void StochasticDepth_InTraining_DropsWholeImagesAndKeepsTheMean()
    {
        float[] values = Run(
            new StochasticDepth(0.25),
            FeatureShape.Map(2, 1, 1),
            [.. Enumerable.Repeat(1f, 20_000)],
            Training
        );

        float[] perImage = [.. values.Where((_, index) => index % 2 == 0)];
        Assert.Equal(perImage, values.Where((_, index) => index % 2 == 1));
        Assert.Equal(0.25, perImage.Count(value => value == 0) / 10_000.0, 0.025); // 6 standard errors
        Assert.All(perImage, value => Assert.True(value == 0 || Math.Abs(value - (1 / 0.75f)) < 1e-6));
    }

    [Fact]
    public void StochasticDepth_InUse_ChangesNothing()
    {
        float[] values = Run(new StochasticDepth(0.9), FeatureShape.Map(2, 1, 1), [1, 2, 3, 4], ForwardMode.Evaluation);

        Assert.Equal([1, 2, 3, 4], values);
    }

    /// <summary>
    /// Softmax of the grouped scores is each group's share: classes 1, 2, 3 and 4 have probabilities in the ratio 1 : 2
    /// : 3 : 4.
    /// </summary>
    [Fact]
    public void GroupClasses_Softmax_AddsProbabilities()
    {
        float[] scores = Run(
            new GroupClasses([
                [3],
                [0, 1],
            ]),
            FeatureShape.Vector(4),
            [0, MathF.Log(2), MathF.Log(3), MathF.Log(4)],
            ForwardMode.Evaluation
        );

        FloatAssert.Near([MathF.Log(4), MathF.Log(3)], scores, 1e-6);
    }

    [Fact]
    public void GroupClasses_LargeScores_DoNotOverflow()
    {
        float[] scores = Run(
            new GroupClasses([
                [0, 1],
                [2],
            ]),
            FeatureShape.Vector(3),
            [1000, 1000, -1000],
            ForwardMode.Evaluation
        );

        FloatAssert.Near([1000 + MathF.Log(2), -1000], scores, 1e-3);
    }

    [Fact]
    public void BinaryScores_CrossEntropy_IsBinaryCrossEntropy()
    {
        float[] scores = Run(new BinaryScores(), FeatureShape.Vector(1), [2, -3], ForwardMode.Evaluation);

        Assert.Equal([0, 2, 0, -3], scores);
        using DisposeScope scope = NewDisposeScope();
        float loss = nn.functional.cross_entropy(tensor(scores, [2, 2]), tensor(new long[] { 1, 0 })).item<float>();
        // -ln sigmoid(2), -ln (1 - sigmoid(-3))
        Assert.Equal((Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(-3))) / 2, loss, 1e-6);
    }

    private static float[] Run(Operation operation, FeatureShape shape, float[] values, ForwardMode mode)
    {
        var builder = new GraphBuilder("one", shape);
        builder.Add("operation", operation);
        using var network = new TorchNetwork(builder.Build(), new WeightSet([]), CPU);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        long count = values.Length / shape.Count;
        long[] sizes = shape.IsMap ? [count, shape.Channels, shape.Height, shape.Width] : [count, shape.Channels];
        return network.Forward(tensor(values, sizes), mode).contiguous().data<float>().ToArray();
    }
}
