namespace TorchSharp;

/// <summary>Counts of one thread's tensors by their fate.</summary>
public sealed class ThreadDisposeScopeStatistics
{
    /// <summary>Tensors made while no scope was open.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }

    /// <summary>Tensors made while a scope was open.</summary>
    public long CreatedInScopeCount { get; internal set; }

    /// <summary>Tensors disposed while a scope owned them.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>Tensors that left their scope alive.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Tensors that a scope of this thread owns at this moment.</summary>
    public long ThreadTotalLiveCount => CreatedInScopeCount - DisposedInScopeCount - DetachedFromScopeCount;

    /// <summary>Sets all counts to zero.</summary>
    public void Reset()
    {
        CreatedOutsideScopeCount = 0;
        CreatedInScopeCount = 0;
        DisposedInScopeCount = 0;
        DetachedFromScopeCount = 0;
    }
}
