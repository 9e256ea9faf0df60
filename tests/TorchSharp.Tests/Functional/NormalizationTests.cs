using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

[Trait("Kind", "Oracle")]
public sealed class NormalizationTests : TorchTest
{
    private const double Rounding = 1e-12;   // means of a few dozen doubles

    [Fact]
    public void BatchNorm_InTraining_NormalisesAndUpdatesTheRunningStatistics()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([4, 2, 3, 3], float64);
        (Tensor mean, Tensor variance) = (full([2], 5.0, float64), full([2], 7.0, float64));
        (Tensor weight, Tensor bias) = (tensor([2.0, 3.0]), tensor([0.5, -0.5]));

        Tensor actual = nn.functional.batch_norm(x, mean, variance, weight, bias, training: true, momentum: 0.25, eps: 1e-3);

        for (int channel = 0; channel < 2; channel++)
        {
            double[] values = x.select(1, channel).data<double>().ToArray();
            double center = values.Average();
            double spread = values.Sum(value => Math.Pow(value - center, 2)) / values.Length;
            double scale = weight.data<double>()[channel] / Math.Sqrt(spread + 1e-3);
            TensorAssert.Near([.. values.Select(value => ((value - center) * scale) + bias.data<double>()[channel])], actual.select(1, channel), Rounding);
            Assert.Equal((0.75 * 5) + (0.25 * center), mean.data<double>()[channel], Rounding);
            Assert.Equal((0.75 * 7) + (0.25 * spread * 36 / 35), variance.data<double>()[channel], Rounding);   // unbiased
        }
    }

    [Fact]
    public void BatchNorm_InEvaluation_UsesTheRunningStatistics()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 3.0], [1, 2, 1, 1]);

        Tensor actual = nn.functional.batch_norm(x, tensor([1.0, 1.0]), tensor([4.0, 4.0]), eps: 0);

        TensorAssert.Near([0, 1], actual, Rounding);
    }

    [Fact]
    public void LayerNorm_LastDimension_NormalisesEachRow()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2, 3, 10, 20, 30], [2, 3]);
        double small = 1 / Math.Sqrt((2.0 / 3) + 1e-5);
        double large = 10 / Math.Sqrt((200.0 / 3) + 1e-5);

        Tensor actual = nn.functional.layer_norm(x, [3], tensor([1.0, 1, 2]), tensor([0.0, 1, 0]));

        TensorAssert.Near([-small, 1, 2 * small, -large, 1, 2 * large], actual, Rounding);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void BatchNorm_InTraining_HasTheRightGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([3, 2, 2, 2], float64);
        (Tensor weight, Tensor bias) = (randn([2], float64), randn([2], float64));

        GradientCheck.Check(v => nn.functional.batch_norm(v, null, null, weight, bias, training: true), x);
        GradientCheck.Check(v => nn.functional.batch_norm(x, null, null, v, bias, training: true), weight);
        GradientCheck.Check(v => nn.functional.batch_norm(x, null, null, weight, v, training: true), bias);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void LayerNorm_Input_HasTheRightGradient()
    {
        using Tensor x = randn([3, 5], float64);

        GradientCheck.Check(v => nn.functional.layer_norm(v, [5]), x);
    }
}
