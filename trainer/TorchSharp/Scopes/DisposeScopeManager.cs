namespace TorchSharp;

/// <summary>The open dispose scopes of one thread, innermost last.</summary>
public sealed class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? t_instance;

    private readonly Stack<DisposeScope> _open = new();

    private DisposeScopeManager()
    {
    }

    /// <summary>Counts of this thread's tensors by their fate, since the thread began or the last reset.</summary>
    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal static DisposeScopeManager ThreadSingleton => t_instance ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope Open()
    {
        DisposeScope scope = new(this, _open.TryPeek(out DisposeScope? outer) ? outer : null);
        _open.Push(scope);
        return scope;
    }

    /// <exception cref="InvalidOperationException">Another scope was opened later and is still open, or the scope belongs to another thread.</exception>
    internal void Close(DisposeScope scope)
    {
        if (!_open.TryPeek(out DisposeScope? innermost) || !ReferenceEquals(innermost, scope))
        {
            throw new InvalidOperationException("Dispose scopes close in the reverse order of their opening, on the thread that opened them.");
        }

        _open.Pop();
    }

    internal DisposeScope? RegisterOnCurrentDisposeScope(torch.Tensor tensor)
    {
        if (!_open.TryPeek(out DisposeScope? current))
        {
            StatisticsInstance.CreatedOutsideScopeCount++;
            return null;
        }

        StatisticsInstance.CreatedInScopeCount++;
        current.Include(tensor);
        return current;
    }
}
