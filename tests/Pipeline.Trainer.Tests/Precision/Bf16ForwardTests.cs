using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Precision;

/// <summary>
/// A training step in 16 bits: close to the one in 32, with 32-bit results, and nothing of it left behind.
/// </summary>
public sealed class Bf16ForwardTests
{
    private static readonly NetworkGraph Graph = new NetworkSpec(
        "small-cnn",
        null,
        [new ConvLayer(8), new MaxPoolLayer(3), new FlattenLayer(), new DenseLayer(16), new DenseLayer(null)],
        new ImageSize(40, 40),
        3
    ).Build();

    [Theory]
    [InlineData("small-cnn", 40)]
    [InlineData("mobilenet-v2", 33)]
    [InlineData("vgg-16", 32)]
    public void Forward_InBf16_GivesFloat32CloseToFp32AndGradients(string backbone, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchNetwork network = Network(
            new NetworkSpec(backbone, null, HeadBuilder.Default, new ImageSize(size, size), 3).Build()
        );
        network.SetTrainable(_ => true);
        Tensor images = rand(2, 3, size, size);

        Tensor exact = network.Forward(images, ForwardMode.Evaluation);
        Tensor rounded = network.Forward(images, ForwardMode.Evaluation with { Precision = PrecisionMode.Bf16 });
        nn.functional.cross_entropy(rounded, tensor(new long[] { 0, 2 })).backward();

        Assert.Equal(ScalarType.Float32, rounded.dtype);
        double difference = (rounded - exact).abs().max().item<float>();
        double largest = exact.abs().max().item<float>();
        // 8 bits of mantissa; not 0, or it did not compute in 16 bits
        Assert.InRange(difference, 1e-6 * largest, 0.05 * largest);
        Assert.All(
            network.SetTrainable(_ => true),
            item =>
                Assert.Equal(
                    ScalarType.Float32,
                    (item.Tensor.grad ?? throw new InvalidOperationException(item.Spec.Key)).dtype
                )
        );
    }

    [Fact]
    public void Forward_AfterBf16_ComputesIn32BitsAgain()
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchNetwork network = Network(Graph);
        using IDisposable noGrad = no_grad();
        Tensor images = rand(2, 3, 40, 40);
        float[] before = network.Forward(images, ForwardMode.Evaluation).data<float>().ToArray();

        network.Forward(images, ForwardMode.Evaluation with { Precision = PrecisionMode.Bf16 });

        Assert.Equal(before, network.Forward(images, ForwardMode.Evaluation).data<float>().ToArray());
    }

    [Fact]
    public void Forward_FromStoredFeatures_TakesVectors()
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchNetwork network = Network(Graph);
        Tensor features = rand(2, Graph.ShapeOf("head.flatten").Channels);

        Tensor logits = network.Forward(
            features,
            ForwardMode.Evaluation with
            {
                Precision = PrecisionMode.Bf16,
            },
            after: "head.flatten"
        );

        Assert.Equal([2, 3], logits.shape);
    }

    private static TorchNetwork Network(NetworkGraph graph) =>
        new(graph, new WeightSet(graph.Parameters.Select(spec => ParameterInitializer.Create(spec, seed: 3))), CPU);
}
