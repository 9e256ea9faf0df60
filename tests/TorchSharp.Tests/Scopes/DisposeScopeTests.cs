using Pipeline.Torch;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Scopes;

[Trait("Kind", "Leak")]
public sealed class DisposeScopeTests : TorchTest
{
    [Fact]
    public void Dispose_OfAScope_DisposesItsTensors()
    {
        Tensor inside;
        using (NewDisposeScope())
        {
            inside = zeros(1);
        }

        Assert.True(inside.IsInvalid);
    }

    [Fact]
    public void InnerScope_Closed_LeavesTheOuterOnesTensors()
    {
        using DisposeScope outer = NewDisposeScope();
        Tensor kept = zeros(1);
        using (DisposeScope inner = NewDisposeScope())
        {
            Tensor dropped = zeros(1);
            Assert.True(inner.Contains(dropped));
            Assert.False(inner.Contains(kept));
        }

        Assert.False(kept.IsInvalid);
        Assert.Equal(1, outer.DisposablesCount);
    }

    [Fact]
    public void MoveToOuterDisposeScope_WithAnOuterScope_PassesTheTensorOn()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = zeros(1).MoveToOuterDisposeScope();
            }

            Assert.False(moved.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void MoveToOuterDisposeScope_WithoutAnOuterScope_LeavesTheTensorToTheCaller()
    {
        Tensor moved;
        using (DisposeScope scope = NewDisposeScope())
        {
            moved = scope.MoveToOuter(zeros(1));
        }

        Assert.False(moved.IsInvalid);
        moved.Dispose();
    }

    [Fact]
    public void DetachFromDisposeScope_OfATensor_LeavesItToTheCaller()
    {
        Tensor detached;
        using (NewDisposeScope())
        using (NewDisposeScope())
        {
            detached = zeros(1).DetachFromDisposeScope();
        }

        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void DisposeEverythingBut_OneTensor_KeepsIt()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor dropped = zeros(1);
        Tensor kept = scope.DisposeEverythingBut(zeros(1));

        Assert.True(dropped.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Dispose_OfATensorInAScope_TakesItOut()
    {
        using DisposeScope scope = NewDisposeScope();

        zeros(1).Dispose();

        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Parameter_MadeInAScope_BelongsToIt()
    {
        TorchSharp.Modules.Parameter parameter;
        Tensor data;
        using (DisposeScope scope = NewDisposeScope())
        {
            data = zeros(1);
            parameter = nn.Parameter(data);
            Assert.Equal(1, scope.DisposablesCount);
        }

        Assert.True(parameter.IsInvalid);
        Assert.True(data.IsInvalid);
    }

    [Fact]
    public void Scope_OfAnotherThread_DoesNotOwn()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? made = null;
        Thread thread = new(() => made = zeros(1));
        thread.Start();
        thread.Join();

        Assert.Equal(0, scope.DisposablesCount);
        made!.Dispose();
    }

    [Fact]
    public void Dispose_InTheWrongOrder_IsRefused()
    {
        DisposeScope outer = NewDisposeScope();
        DisposeScope inner = NewDisposeScope();

        Assert.Throws<InvalidOperationException>(outer.Dispose);

        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void Statistics_OfAThread_CountEachFate()
    {
        DisposeScopeManager.Statistics.Reset();
        zeros(1).Dispose();
        using (DisposeScope scope = NewDisposeScope())
        {
            zeros(1);
            scope.Detach(zeros(1)).Dispose();
            Assert.Equal(1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(1, DisposeScopeManager.Statistics.CreatedOutsideScopeCount);
        Assert.Equal(2, DisposeScopeManager.Statistics.CreatedInScopeCount);
        Assert.Equal(1, DisposeScopeManager.Statistics.DetachedFromScopeCount);
        Assert.Equal(1, DisposeScopeManager.Statistics.DisposedInScopeCount);
    }

    [Fact]
    public void LiveTensors_MadeAndDisposed_AreCounted()
    {
        long before = TorchRuntime.LiveTensors;
        Tensor x = zeros(1);

        Assert.Equal(before + 1, TorchRuntime.LiveTensors);
        x.Dispose();
        x.Dispose();
        Assert.Equal(before, TorchRuntime.LiveTensors);
    }
}
