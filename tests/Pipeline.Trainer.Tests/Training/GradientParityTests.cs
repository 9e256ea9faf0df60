using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using BatchNorm2d = Pipeline.Networks.Graph.BatchNorm2d;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// The gradients of one training step against PyTorch 1.13.1 and torchvision 0.14.1: batch statistics, no dropout,
/// cross-entropy, weights and images by formula (<c>tests/data/networks/make_torchvision.py</c>). For each tensor its
/// norm and three of its values are stored. Both sides compute in float64: in float32 thousands of activations lie
/// within rounding of a kink of ReLU or ReLU6, and the gradient then depends on the order in which a processor's
/// kernels add.
/// </summary>
[Trait("Kind", "Gradient")]
public sealed class GradientParityTests : TorchTest
{
    private const double RelativeTolerance = 1e-8; // of the tensor's norm; PyTorch's own kernels differ by 1e-10

    /// <summary>
    /// A bias in front of a batch-norm has the gradient 0; what is computed is rounding, which no two orders of
    /// summation share. Below this share of the largest norm nothing is compared.
    /// </summary>
    private const double Nothing = 1e-12;

    private static readonly long[] Labels = [3, 777, 64, 512];

    [Fact]
    public void Backward_MobileNetV2_GivesPyTorchsGradients() => AssertGradients("mobilenet-v2-torchvision");

    [Theory]
    [InlineData("inception-v3-torchvision")]
    [InlineData("resnet-18")]
    [InlineData("vgg-16-bn")]
    [Trait("Kind", "Slow")]
    public void Backward_LargeNetwork_GivesPyTorchsGradients(string name) => AssertGradients(name);

    private static void AssertGradients(string name)
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "networks", "gradients.json"))
        );
        JsonElement expected = golden.RootElement.GetProperty(name);
        int side = expected.GetProperty("side").GetInt32();
        NetworkGraph graph = NetworkCatalog.CreateWithClassifier(name, new ImageSize(side, side));
        WeightSet weights = FormulaTensors.Weights(graph, expected.GetProperty("gain").GetDouble());
        using var network = new TorchNetwork(graph, weights, CPU, float64);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(_ => true);

        double loss = Backward(network, side);

        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss, expected.GetProperty("loss").GetDouble() * 1e-10);
        JsonElement tensors = expected.GetProperty("gradients");
        Assert.Equal(
            tensors.EnumerateObject().Select(tensor => tensor.Name).Order(StringComparer.Ordinal),
            trained.Select(item => item.Spec.Key).Order(StringComparer.Ordinal)
        );
        double largest = tensors.EnumerateObject().Max(tensor => tensor.Value[0].GetDouble());
        foreach ((ParameterSpec spec, Parameter parameter) in trained)
        {
            double[] values = [.. tensors.GetProperty(spec.Key).EnumerateArray().Select(value => value.GetDouble())];
            FloatAssert.Near(values, Sample(parameter), Math.Max(RelativeTolerance * values[0], Nothing * largest));
        }

        network.SetTrainable(_ => false);
    }

    private static double Backward(TorchNetwork network, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        var mode = new ForwardMode
        {
            BatchNormNodes = network
                .Graph.Nodes.Where(node => node.Operation is BatchNorm2d)
                .Select(node => node.Name)
                .ToHashSet(StringComparer.Ordinal),
        };
        Tensor images = FormulaTensors.Images(Labels.Length, side).to(float64);
        Tensor loss = nn.functional.cross_entropy(network.Forward(images, mode), tensor(Labels));
        loss.backward();
        return loss.item<double>();
    }

    /// <summary>Norm, first value, the one after a third, last value.</summary>
    private static double[] Sample(Parameter parameter)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gradient = parameter.grad ?? throw new InvalidOperationException("No gradient reached this tensor.");
        double[] values = gradient.contiguous().data<double>().ToArray();
        double norm = Math.Sqrt(values.Sum(value => value * value));
        return [norm, values[0], values[values.Length / 3], values[^1]];
    }
}
