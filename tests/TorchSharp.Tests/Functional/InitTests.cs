using TorchSharp.Tests.Support;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.init;

namespace TorchSharp.Tests.Functional;

public sealed class InitTests : TorchTest
{
    /// <summary>Fan in 90, fan out 360.</summary>
    private static readonly long[] Shape = [40, 10, 3, 3];

    public static TheoryData<string, Func<Tensor, Tensor>, double, double> Initializers => new()
    {
        { "kaiming uniform", w => kaiming_uniform_(w, nonlinearity: NonlinearityType.ReLU), Math.Sqrt(2.0 / 90), Math.Sqrt(6.0 / 90) },
        { "kaiming uniform with slope", w => kaiming_uniform_(w, Math.Sqrt(5)), Math.Sqrt(1.0 / 270), Math.Sqrt(1.0 / 90) },
        { "kaiming normal out", w => kaiming_normal_(w, mode: FanInOut.FanOut, nonlinearity: NonlinearityType.ReLU), Math.Sqrt(2.0 / 360), double.PositiveInfinity },
        { "xavier uniform", w => xavier_uniform_(w), Math.Sqrt(2.0 / 450), Math.Sqrt(6.0 / 450) },
        { "xavier normal", w => xavier_normal_(w, 2), 2 * Math.Sqrt(2.0 / 450), double.PositiveInfinity },
        { "uniform", w => uniform_(w, -1, 1), Math.Sqrt(1.0 / 3), 1 },
        { "normal", w => normal_(w, 0, 3), 3, double.PositiveInfinity },
    };

    [Theory]
    [MemberData(nameof(Initializers), DisableDiscoveryEnumeration = true)]
    public void Initializer_ManyWeights_HaveItsDeviationAndBound(string name, Func<Tensor, Tensor> initializer, double deviation, double bound)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = empty(Shape).requires_grad_();

        initializer(weight);

        Assert.NotEmpty(name);
        Assert.Equal(1, weight.detach().std().ToDouble() / deviation, 0.05);   // 4 standard errors of 1 / sqrt(2 · 3600)
        Assert.True(weight.detach().abs().max().ToDouble() <= bound);
        Assert.True(weight.is_leaf);
    }

    [Fact]
    public void Constants_OfEachKind_Fill()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = empty(2);

        TensorAssert.Near([0, 0], zeros_(x), 0);
        TensorAssert.Near([1, 1], ones_(x), 0);
        TensorAssert.Near([0.25, 0.25], constant_(x, 0.25), 0);
    }

    [Fact]
    public void Fan_OfAVector_IsRefused()
    {
        using Tensor x = zeros(3);

        Assert.Throws<ArgumentException>(() => CalculateFanInAndFanOut(x));
    }

    [Theory]
    [InlineData(NonlinearityType.Linear, 0, 1.0)]
    [InlineData(NonlinearityType.ReLU, 0, 1.4142135623730951)]
    [InlineData(NonlinearityType.Tanh, 0, 1.6666666666666667)]
    [InlineData(NonlinearityType.LeakyReLU, 2, 0.6324555320336759)]
    public void Gain_OfEachNonlinearity_IsPyTorchs(NonlinearityType nonlinearity, double param, double expected) =>
        Assert.Equal(expected, calculate_gain(nonlinearity, param), 1e-15);
}
