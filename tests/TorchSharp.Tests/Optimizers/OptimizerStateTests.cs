using TorchSharp.Modules;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optimizers;

public sealed class OptimizerStateTests : TorchTest
{
    public static TheoryData<string, Func<Parameter[], OptimizerHelper>> Makers => new()
    {
        { "SGD", parameters => optim.SGD(parameters, 0.1, momentum: 0.9, nesterov: true) },
        { "Adam", parameters => optim.Adam(parameters, 0.1, amsgrad: true) },
        { "AdamW", parameters => optim.AdamW(parameters, 0.1, weight_decay: 0.1) },
        { "RMSProp", parameters => optim.RMSProp(parameters, 0.1, momentum: 0.9, centered: true) },
    };

    [Theory]
    [MemberData(nameof(Makers), DisableDiscoveryEnumeration = true)]
    public void LoadStateDict_HalfWay_ContinuesBitForBit(string name, Func<Parameter[], OptimizerHelper> make)
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter straight = new(ones(3));
        using OptimizerHelper uninterrupted = make([straight]);
        Advance(uninterrupted, straight, 0, 3);
        Parameter resumed = new(straight.detach().clone());
        using OptimizerHelper second = make([resumed]);

        second.load_state_dict(uninterrupted.state_dict());
        Advance(uninterrupted, straight, 3, 6);
        Advance(second, resumed, 3, 6);

        Assert.NotEmpty(name);
        Assert.True(straight.Equals((Tensor)resumed));
    }

    [Fact]
    public void State_CopiedTensorByTensor_ContinuesBitForBit()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter straight = new(ones(3));
        using Adam uninterrupted = optim.Adam([straight], 0.1);
        Advance(uninterrupted, straight, 0, 3);
        Parameter resumed = new(straight.detach().clone());
        using Adam second = optim.Adam([resumed], 0.1);

        var source = (Adam.State)uninterrupted.state_dict().State[0];
        var target = (Adam.State)second.state_dict().State[0];
        target.step = source.step;
        target.exp_avg.copy_(source.exp_avg);
        target.exp_avg_sq = source.exp_avg_sq.clone().DetachFromDisposeScope();
        Advance(uninterrupted, straight, 3, 6);
        Advance(second, resumed, 3, 6);

        Assert.True(straight.Equals((Tensor)resumed));
    }

    [Fact]
    public void SgdState_BeforeTheFirstStep_HasNoDirection()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter parameter = new(ones(2));
        using SGD optimizer = optim.SGD([parameter], 0.1, momentum: 0.9);

        Assert.Null(((SGD.State)optimizer.state_dict().State[0]).momentum_buffer);
        Advance(optimizer, parameter, 0, 1);
        Assert.Equal([2], ((SGD.State)optimizer.state_dict().State[0]).momentum_buffer!.shape);
    }

    [Fact]
    public void LoadStateDict_OtherKindOrShape_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2)), new(ones(2))];
        using OptimizerHelper sgd = optim.SGD(parameters, 0.1);
        using OptimizerHelper adam = optim.Adam(parameters);
        using OptimizerHelper shorter = optim.SGD(parameters[..1], 0.1);

        Assert.Throws<ArgumentException>(() => sgd.load_state_dict(adam.state_dict()));
        Assert.Throws<ArgumentException>(() => sgd.load_state_dict(shorter.state_dict()));
    }

    [Fact]
    public void ParamGroups_OwnRates_StepApart()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter slow = new(zeros(1));
        Parameter fast = new(zeros(1));
        using SGD optimizer = optim.SGD([new SGD.ParamGroup([slow], new SGD.Options { LearningRate = 0.1 }), new SGD.ParamGroup([fast], new SGD.Options())], 1.0);

        (slow.grad, fast.grad) = (ones(1), ones(1));
        optimizer.step();
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
        {
            group.LearningRate = 0;
        }

        optimizer.step();

        Assert.Equal(-0.1f, slow.ToSingle());
        Assert.Equal(-1f, fast.ToSingle());
        Assert.Equal([0.1, 1.0], optimizer.ParamGroups.Select(group => group.InitialLearningRate));
    }

    [Fact]
    public void AddParamGroup_ParameterTwice_IsRefused()
    {
        using Parameter parameter = new(zeros(1));
        using SGD optimizer = optim.SGD([parameter], 0.1);

        Assert.Throws<ArgumentException>(() => optimizer.add_param_group(new SGD.ParamGroup([parameter])));
    }

    [Theory]
    [InlineData(-0.1, 0.9, false)]
    [InlineData(0.1, -0.9, false)]
    [InlineData(0.1, 0, true)]   // Nesterov without momentum
    public void Sgd_ImpossibleOptions_AreRefused(double rate, double momentum, bool nesterov)
    {
        using Parameter parameter = new(zeros(1));

        Assert.ThrowsAny<ArgumentException>(() => optim.SGD([parameter], rate, momentum, nesterov: nesterov));
    }

    [Fact]
    public void ZeroGrad_OfSomeParameters_ZeroesThemInPlace()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter used = new(ones(2));
        Parameter unused = new(ones(2));
        using OptimizerHelper optimizer = optim.SGD([used, unused], 0.1);
        used.sum().backward();
        Tensor gradient = used.grad!;

        optimizer.zero_grad();

        TensorAssert.Near([0, 0], gradient, 0);
        Assert.Null(unused.grad);
    }

    [Fact]
    public void Step_MoreThanOneBatch_ChangesEveryParameter()
    {
        using DisposeScope scope = NewDisposeScope();
        long[] sizes = [3, 70_000, 5, 40_000, 40_000, 1];   // a batch ends after 65536 elements
        Parameter[] parameters = [.. sizes.Select(size => new Parameter(ones(size)))];
        using OptimizerHelper optimizer = optim.SGD(parameters, 0.5, momentum: 0.9);
        foreach (Parameter parameter in parameters)
        {
            parameter.grad = ones(parameter.numel());
        }

        optimizer.step();

        Assert.All(parameters, parameter => Assert.Equal(0.5, parameter.max().ToDouble() + parameter.min().ToDouble() - 0.5));
    }

    private static void Advance(OptimizerHelper optimizer, Parameter parameter, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            parameter.grad = tensor([1f + step, -2f, 0.5f * step])[..(int)parameter.numel()];
            optimizer.step();
        }
    }
}
