using TorchSharp.Modules;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Modules;

public sealed class ParameterTests : TorchTest
{
    [Fact]
    public void Parameter_OfATensor_TakesItsMemory()
    {
        Tensor data = ones(2);
        using Parameter parameter = nn.Parameter(data);

        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
        TensorAssert.Near([1, 1], parameter, 0);
    }

    [Fact]
    public void Parameter_Frozen_GetsNoGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter frozen = new(ones(2), requires_grad: false);
        Parameter free = new(ones(2));

        (frozen * free).sum().backward();

        Assert.Null(frozen.grad);
        TensorAssert.Near([1, 1], free.grad!, 0);
    }

    [Theory]
    [InlineData(100.0, 13.0)]   // below the bound: unchanged
    [InlineData(1.3, 1.3)]
    public void ClipGradNorm_AnyBound_LimitsTheJointNorm(double bound, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter a = new(zeros(2));
        Parameter b = new(zeros(1));
        Parameter without = new(zeros(1));
        a.grad = tensor([3f, 4f]);
        b.grad = tensor([12f]);

        double before = nn.utils.clip_grad_norm_([a, b, without], bound);

        Assert.Equal(13, before, 1e-5);
        Assert.Equal(expected, cat([a.grad!, b.grad!]).norm().ToDouble(), 1e-5);   // float32
    }
}
