using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class AutogradTests : TorchTest
{
    [Fact]
    public void Backward_OfASum_GivesTheDerivative()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2.0, 3.0], requires_grad: true);

        x.square().sum().backward();

        TensorAssert.Near([2, 4, 6], x.grad!, 0);
        TensorAssert.Near([2, 4, 6], x.grad()!, 0);
    }

    [Fact]
    public void Backward_Twice_Accumulates()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0], requires_grad: true);

        (x * 3).sum().backward();
        (x * 4).sum().backward();

        Assert.Equal(7, x.grad!.ToDouble());
    }

    [Fact]
    public void Backward_OfAVector_TakesItsWeights()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2.0], requires_grad: true);

        x.square().backward([tensor([10.0, 100.0])]);

        TensorAssert.Near([20, 400], x.grad!, 0);
    }

    [Fact]
    public void Backward_GraphWasFreed_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([2.0], requires_grad: true);
        Tensor y = x.square().sum();
        y.backward(retain_graph: true);
        y.backward();

        TorchException error = Assert.Throws<TorchException>(y.backward);

        Assert.Equal("backward", error.Operator);
    }

    [Fact]
    public void Grad_OfTwoInputs_LeavesTheirGradientsAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([3.0], requires_grad: true);
        Tensor y = tensor([5.0], requires_grad: true);

        IList<Tensor?> gradients = autograd.grad([(x * y).sum()], [x, y]);

        Assert.Equal([5.0, 3.0], gradients.Select(gradient => gradient!.ToDouble()));
        Assert.Null(x.grad);
    }

    [Fact]
    public void Grad_UnusedInput_IsNullWhenAllowed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([3.0], requires_grad: true);
        Tensor unused = tensor([5.0], requires_grad: true);

        IList<Tensor?> gradients = autograd.grad([x.sum()], [x, unused], allow_unused: true);

        Assert.Null(gradients[1]);
        Assert.Throws<TorchException>(() => autograd.grad([x.sum()], [unused]));
    }

    [Fact]
    public void GradOfGrad_CreateGraph_GivesTheSecondDerivative()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([2.0], requires_grad: true);

        Tensor first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0]!;
        Tensor second = autograd.grad([first.sum()], [x])[0]!;

        Assert.Equal(12, second.ToDouble(), 1e-12);
    }

    [Fact]
    public void Detach_OfARecordedTensor_SharesMemoryOutsideTheGraph()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2).requires_grad_();

        Tensor plain = x.detach();
        plain.fill_(7);

        Assert.False(plain.requires_grad);
        TensorAssert.Near([7, 7], x, 0);
    }

    [Fact]
    public void GradSet_ToATensorAndNull_ReplacesIt()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2).requires_grad_();

        x.grad = ones(2);
        TensorAssert.Near([1, 1], x.grad!, 0);

        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void RetainGrad_OfAnInnerTensor_KeepsItsGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2).requires_grad_();
        Tensor inner = x * 2;
        inner.retain_grad();

        (inner * 3).sum().backward();

        Assert.False(inner.is_leaf);
        TensorAssert.Near([3, 3], inner.grad!, 0);
    }
}
