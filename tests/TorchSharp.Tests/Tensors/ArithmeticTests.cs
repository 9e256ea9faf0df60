using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

[Trait("Kind", "Oracle")]
public sealed class ArithmeticTests : TorchTest
{
    private static readonly double[] Left = [-2.5, -1, -0.25, 0.25, 1, 3];
    private static readonly double[] Right = [1.5, -2, 4, 0.5, 3, -1];

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Unary => new()
    {
        { "abs", x => x.abs(), Math.Abs },
        { "neg", x => -x, x => -x },
        { "exp", x => x.exp(), Math.Exp },
        { "log", x => x.log(), Math.Log },
        { "sqrt", x => x.sqrt(), Math.Sqrt },
        { "rsqrt", x => x.rsqrt(), x => 1 / Math.Sqrt(x) },
        { "reciprocal", x => x.reciprocal(), x => 1 / x },
        { "relu", x => x.relu(), x => Math.Max(x, 0) },
        { "sigmoid", x => x.sigmoid(), x => 1 / (1 + Math.Exp(-x)) },
        { "tanh", x => x.tanh(), Math.Tanh },
        { "floor", x => x.floor(), Math.Floor },
        { "ceil", x => x.ceil(), Math.Ceiling },
        { "round", x => x.round(), Math.Round },
        { "sign", x => x.sign(), x => Math.Sign(x) },
        { "square", x => x.square(), x => x * x },
        { "pow", x => x.pow(3), x => x * x * x },
        { "add", x => x + 2, x => x + 2 },
        { "add from left", x => 2 + x, x => 2 + x },
        { "sub", x => x - 0.5, x => x - 0.5 },
        { "sub from left", x => 0.5 - x, x => 0.5 - x },
        { "mul", x => x * 3, x => x * 3 },
        { "div", x => x / 4, x => x / 4 },
        { "div from left", x => 4 / x, x => 4 / x },
        { "clamp", x => x.clamp(-1, 0.5), x => Math.Clamp(x, -1, 0.5) },
        { "clamp_min", x => x.clamp_min(0.1), x => Math.Max(x, 0.1) },
        { "clamp_max", x => x.clamp_max(0.1), x => Math.Min(x, 0.1) },
        { "remainder", x => x % 2, x => x - (2 * Math.Floor(x / 2)) },
        { "hardswish", x => x.hardswish(), x => x * Math.Clamp(x + 3, 0, 6) / 6 },
        { "silu", x => x.silu(), x => x / (1 + Math.Exp(-x)) },
    };

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>, Func<double, double, double>> Binary => new()
    {
        { "add", (a, b) => a + b, (a, b) => a + b },
        { "add with alpha", (a, b) => a.add(b, alpha: 2), (a, b) => a + (2 * b) },
        { "sub", (a, b) => a - b, (a, b) => a - b },
        { "sub with alpha", (a, b) => a.sub(b, alpha: 2), (a, b) => a - (2 * b) },
        { "mul", (a, b) => a * b, (a, b) => a * b },
        { "div", (a, b) => a / b, (a, b) => a / b },
        { "maximum", (a, b) => a.maximum(b), Math.Max },
        { "minimum", (a, b) => a.minimum(b), Math.Min },
        { "lerp", (a, b) => a.lerp(b, 0.25), (a, b) => a + (0.25 * (b - a)) },
        { "addcmul", (a, b) => a.addcmul(a, b, 0.5), (a, b) => a + (0.5 * a * b) },
        { "addcdiv", (a, b) => a.addcdiv(a, b, 0.5), (a, b) => a + (0.5 * a / b) },
        { "eq", (a, b) => a.eq(b).to(float64), (a, b) => a == b ? 1 : 0 },
        { "ne", (a, b) => (a != b).to(float64), (a, b) => a != b ? 1 : 0 },
        { "lt", (a, b) => (a < b).to(float64), (a, b) => a < b ? 1 : 0 },
        { "le", (a, b) => (a <= b).to(float64), (a, b) => a <= b ? 1 : 0 },
        { "gt", (a, b) => (a > b).to(float64), (a, b) => a > b ? 1 : 0 },
        { "ge", (a, b) => (a >= b).to(float64), (a, b) => a >= b ? 1 : 0 },
        { "where", (a, b) => where(a > 0, a, b), (a, b) => a > 0 ? a : b },
    };

    [Theory]
    [MemberData(nameof(Unary), DisableDiscoveryEnumeration = true)]
    public void Unary_EachElement_EqualsTheScalarFunction(string name, Func<Tensor, Tensor> function, Func<double, double> reference)
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor actual = function(tensor(Left));

        Assert.NotEmpty(name);
        TensorAssert.Near([.. Left.Select(reference)], actual, 1e-14);   // a few units in the last place of a double
    }

    [Theory]
    [MemberData(nameof(Binary), DisableDiscoveryEnumeration = true)]
    public void Binary_EachPair_EqualsTheScalarFunction(string name, Func<Tensor, Tensor, Tensor> function, Func<double, double, double> reference)
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor actual = function(tensor(Left), tensor(Right));

        Assert.NotEmpty(name);
        TensorAssert.Near([.. Left.Zip(Right, reference)], actual, 1e-14);   // a few units in the last place of a double
    }

    [Fact]
    public void InPlace_Chain_ChangesTheTensorItself()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2.0, 3.0]);
        Tensor y = tensor([10.0, 20.0, 30.0]);

        x.add_(y, alpha: 0.5).mul_(2).sub_(1).div_(y).clamp_(0, 1.2);

        TensorAssert.Near([1.1, 1.15, 7.0 / 6], x, 1e-14);
    }

    [Fact]
    public void InPlace_Updates_EqualTheirFormulas()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2.0]);
        Tensor a = tensor([3.0, 4.0]);
        Tensor b = tensor([5.0, 8.0]);

        x.addcmul_(a, b, 2);       // 31, 66
        x.addcdiv_(b, a, 3);       // 36, 72
        x.lerp_(a, 0.5);           // 19.5, 38

        TensorAssert.Near([19.5, 38], x, 1e-14);
    }

    [Fact]
    public void InPlace_Result_SharesMemoryAndIsDisposedOnItsOwn()
    {
        using Tensor x = zeros(2);

        x.add_(1).Dispose();

        TensorAssert.Near([1, 1], x, 0);
    }

    [Fact]
    public void IsFinite_SpecialValues_AreToldApart()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity]);

        Assert.Equal([true, false, false, false], x.isfinite().data<bool>().ToArray());
        Assert.Equal([false, true, false, false], x.isnan().data<bool>().ToArray());
        Assert.Equal([false, false, true, true], x.isinf().data<bool>().ToArray());
    }

    [Fact]
    public void LogicalAnd_TruthTable_IsRight()
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor both = tensor([true, true, false, false]).logical_and(tensor([true, false, true, false]));

        Assert.Equal([true, false, false, false], both.data<bool>().ToArray());
    }

    [Fact]
    public void Equals_OtherTensor_ComparesShapesAndElements()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.True(arange(3).Equals(arange(3)));
        Assert.False(arange(3).Equals(arange(4)));
        Assert.True(ones(2).allclose(ones(2) + 1e-9));
    }

    [Theory]
    [InlineData(2, 3, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 1, 2)]
    public void Matmul_AnySizes_EqualsThreeLoops(int n, int k, int m)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = randn([n, k], float64);
        Tensor b = randn([k, m], float64);
        double[] x = a.data<double>().ToArray();
        double[] y = b.data<double>().ToArray();
        double[] expected = [.. from row in Enumerable.Range(0, n)
                                from column in Enumerable.Range(0, m)
                                select Enumerable.Range(0, k).Sum(i => x[(row * k) + i] * y[(i * m) + column])];

        TensorAssert.Near(expected, a.matmul(b), 1e-14);
        TensorAssert.Near(expected, a.mm(b), 1e-14);
        TensorAssert.Near(expected, a.unsqueeze(0).bmm(b.unsqueeze(0)), 1e-14);
    }
}
