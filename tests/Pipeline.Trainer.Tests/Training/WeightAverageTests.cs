using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>The running average of weights.</summary>
public sealed class WeightAverageTests : TorchTest
{
    [Fact]
    public void Update_AFewSteps_FollowsTheFormula()
    {
        var builder = new GraphBuilder("dense", FeatureShape.Vector(1));
        builder.Add("dense", new Linear(1, HasBias: false));
        using var network = new TorchNetwork(builder.Build(), Weight(0), CPU);
        using var average = new WeightAverage(network, network.ToWeights(), decay: 0.2);
        double expected = 0;

        for (int step = 0; step < 5; step++)
        {
            network.Load(Weight(step + 1));
            average.Update(step);
            double decay = Math.Min(0.2, (1.0 + step) / (10 + step)); // 0.1, 0.18, then 0.2
            expected = (decay * expected) + ((1 - decay) * (step + 1));
        }

        Assert.Equal(expected, average.ToWeights()["dense.weight"].AsFloat32()[0], 1e-5);
    }

    private static WeightSet Weight(float value) => new([TensorData.FromFloat32("dense.weight", [1, 1], [value])]);
}
