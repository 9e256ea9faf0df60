using TorchSharp.Modules;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optimizers;

/// <summary>The update rules, computed by hand on one number with gradients 1, -2, 4.</summary>
[Trait("Kind", "Oracle")]
public sealed class OptimizerRuleTests : TorchTest
{
    private static readonly double[] Gradients = [1, -2, 4];
    private const double Start = 0.5;
    private const double Rounding = 1e-15;

    [Fact]
    public void Sgd_Momentum_EqualsTheRule()
    {
        double p = Start, b = 0;
        for (int t = 0; t < 3; t++)
        {
            b = (0.9 * b) + Gradients[t];
            p -= 0.1 * b;
        }

        Assert.Equal(p, Run(parameters => optim.SGD(parameters, 0.1, momentum: 0.9)), Rounding);
    }

    [Fact]
    public void Sgd_NesterovWithDecay_EqualsTheRule()
    {
        double p = Start, b = 0;
        for (int t = 0; t < 3; t++)
        {
            double g = Gradients[t] + (0.01 * p);
            b = (0.9 * b) + g;
            p -= 0.1 * (g + (0.9 * b));
        }

        Assert.Equal(p, Run(parameters => optim.SGD(parameters, 0.1, momentum: 0.9, weight_decay: 0.01, nesterov: true)), Rounding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adam_EitherDecay_EqualsTheRule(bool decoupled)
    {
        double p = Start, m = 0, v = 0;
        for (int t = 1; t <= 3; t++)
        {
            double g = Gradients[t - 1] + (decoupled ? 0 : 0.1 * p);
            p *= decoupled ? 1 - (0.01 * 0.1) : 1;
            m = (0.9 * m) + (0.1 * g);
            v = (0.999 * v) + (0.001 * g * g);
            p -= 0.01 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
        }

        double actual = Run(parameters => decoupled ? optim.AdamW(parameters, 0.01, weight_decay: 0.1) : optim.Adam(parameters, 0.01, weight_decay: 0.1));

        Assert.Equal(p, actual, 1e-13);   // the bias correction divides in another order
    }

    [Fact]
    public void RmsProp_CenteredMomentum_EqualsTheRule()
    {
        double p = Start, s = 0, a = 0, b = 0;
        for (int t = 0; t < 3; t++)
        {
            double g = Gradients[t];
            s = (0.9 * s) + (0.1 * g * g);
            a = (0.9 * a) + (0.1 * g);
            b = (0.5 * b) + (g / (Math.Sqrt(s - (a * a)) + 1e-8));
            p -= 0.01 * b;
        }

        Assert.Equal(p, Run(parameters => optim.RMSProp(parameters, 0.01, 0.9, momentum: 0.5, centered: true)), 1e-14);   // s - a² rounds
    }

    [Fact]
    public void Step_ParameterWithoutGradient_LeavesIt()
    {
        using Parameter parameter = new(tensor(Start));
        using OptimizerHelper optimizer = optim.SGD([parameter], 0.1, weight_decay: 1);

        optimizer.step();

        Assert.Equal(Start, parameter.ToDouble());
    }

    [Fact]
    public void Step_OneParameterPaused_KeepsItsOwnAge()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter steady = new(tensor(Start));
        Parameter paused = new(tensor(Start));
        using Adam optimizer = optim.Adam([steady, paused], 0.01);

        (steady.grad, paused.grad) = (tensor(1.0), null);
        optimizer.step();
        (steady.grad, paused.grad) = (tensor(1.0), tensor(1.0));
        optimizer.step();

        long[] ages = [.. optimizer.state_dict().State.Select(state => ((Adam.State)state).step)];
        Assert.Equal([2L, 1L], ages);
        Assert.Equal(Start - 0.01, paused.ToDouble(), 1e-9);   // the first step of Adam is the rate, but for eps
    }

    [Fact]
    public void Step_WithClosure_ReturnsItsLoss()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter parameter = new(tensor(2.0));
        using OptimizerHelper optimizer = optim.SGD([parameter], 0.25);

        Tensor? loss = optimizer.step(() =>
        {
            Tensor value = parameter.square();
            value.backward();
            return value;
        });

        Assert.Equal(4, loss!.ToDouble());
        Assert.Equal(1, parameter.ToDouble());
    }

    private static double Run(Func<Parameter[], OptimizerHelper> make)
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter parameter = new(tensor(Start));
        using OptimizerHelper optimizer = make([parameter]);
        foreach (double gradient in Gradients)
        {
            parameter.grad = tensor(gradient);
            optimizer.step();
        }

        return parameter.ToDouble();
    }
}
