using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

[Trait("Kind", "Oracle")]
public sealed class ActivationTests : TorchTest
{
    /// <summary>No kink of any function falls within a difference step of these.</summary>
    private static readonly double[] Points = [-7, -3.5, -1.2, -0.3, 0.4, 1.1, 2.7, 5.5, 8];

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Activations => new()
    {
        { "relu", x => nn.functional.relu(x), x => Math.Max(x, 0) },
        { "relu6", x => nn.functional.relu6(x), x => Math.Clamp(x, 0, 6) },
        { "hardswish", x => nn.functional.hardswish(x), x => x * Math.Clamp(x + 3, 0, 6) / 6 },
        { "hardsigmoid", x => nn.functional.hardsigmoid(x), x => Math.Clamp(x + 3, 0, 6) / 6 },
        { "silu", x => nn.functional.silu(x), x => x / (1 + Math.Exp(-x)) },
        { "gelu", nn.functional.gelu, x => x * (1 + Erf(x / Math.Sqrt(2))) / 2 },
        { "sigmoid", nn.functional.sigmoid, x => 1 / (1 + Math.Exp(-x)) },
        { "tanh", nn.functional.tanh, Math.Tanh },
    };

    [Theory]
    [MemberData(nameof(Activations), DisableDiscoveryEnumeration = true)]
    public void Activation_EachElement_EqualsTheScalarFunction(string name, Func<Tensor, Tensor> function, Func<double, double> reference)
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.NotEmpty(name);
        TensorAssert.Near([.. Points.Select(reference)], function(tensor(Points)), 1e-12);   // the reference of gelu is an integral to 1e-13
    }

    [Theory]
    [MemberData(nameof(Activations), DisableDiscoveryEnumeration = true)]
    [Trait("Kind", "Gradient")]
    public void Activation_Gradient_EqualsCentralDifferences(string name, Func<Tensor, Tensor> function, Func<double, double> reference)
    {
        using Tensor points = tensor(Points);

        Assert.NotEmpty(name);
        Assert.NotNull(reference);
        GradientCheck.Check(function, points);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void Softmax_GradientsOfBothForms_EqualCentralDifferences()
    {
        using Tensor scores = randn([3, 4], float64);

        GradientCheck.Check(x => nn.functional.softmax(x, 1), scores);
        GradientCheck.Check(x => nn.functional.log_softmax(x, 1), scores);
    }

    [Fact]
    public void Relu_InPlace_ChangesItsArgument()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([-1.0, 2.0]);

        nn.functional.relu(x, inplace: true);

        TensorAssert.Near([0, 2], x, 0);
    }

    [Fact]
    public void Dropout_InTraining_DropsTheShareAndKeepsTheMean()
    {
        using DisposeScope scope = NewDisposeScope();

        float[] kept = nn.functional.dropout(ones(20_000), 0.25).data<float>().ToArray();

        Assert.Equal(0.25, kept.Count(value => value == 0) / 20_000.0, 0.02);   // 6 standard errors
        Assert.All(kept, value => Assert.True(value == 0 || Math.Abs(value - (1 / 0.75f)) < 1e-6));
    }

    [Fact]
    public void Dropout_InEvaluation_ChangesNothing()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near([1, 1, 1], nn.functional.dropout(ones(3), 0.9, training: false), 0);
    }

    [Fact]
    public void OneHot_ClassIndices_MarkTheirColumn()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near([0, 0, 1, 1, 0, 0], nn.functional.one_hot(tensor([2L, 0L]), 3), 0);
    }

    /// <summary>2 / √π · ∫₀ˣ e^−t² dt by Simpson's rule; 4000 steps leave an error below 1e-13.</summary>
    private static double Erf(double x)
    {
        const int Steps = 4000;
        double width = x / Steps;
        double sum = Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 1 : 2 + (2 * (i % 2))) * Math.Exp(-Math.Pow(i * width, 2)));
        return 2 / Math.Sqrt(Math.PI) * sum * width / 3;
    }
}
