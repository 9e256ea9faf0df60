namespace TorchSharp;

/// <summary>Owns the tensors made on its thread while it is the innermost open scope, and disposes them with itself.</summary>
/// <remarks>Belongs to one thread: open, use and dispose it there, and do not let an <c>await</c> come between.</remarks>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;
    private readonly DisposeScope? _outer;
    private HashSet<IDisposable> _owned = new(ReferenceEqualityComparer.Instance);
    private bool _closed;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        _outer = outer;
    }

    /// <summary>How many objects the scope owns now.</summary>
    public int DisposablesCount => _owned.Count;

    /// <summary>A copy of the list of objects that the scope owns now, in no order.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _owned];

    /// <summary>Whether the scope owns the object.</summary>
    public bool Contains(IDisposable disposable) => _owned.Contains(disposable);

    /// <summary>Makes the scope the owner of an object.</summary>
    /// <returns>The object.</returns>
    public T Include<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    /// <summary>Hands an object to the next outer scope; with none, to the caller. Objects of other scopes are left alone.</summary>
    /// <returns>The object.</returns>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        if (_owned.Remove(disposable))
        {
            GiveAway(disposable, _outer);
        }

        return disposable;
    }

    /// <summary>Hands two objects to the next outer scope.</summary>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    /// <summary>Hands three objects to the next outer scope.</summary>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <summary>Hands several objects to the next outer scope.</summary>
    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            MoveToOuter(disposable);
        }
    }

    /// <summary>Hands an object to the caller.</summary>
    /// <returns>The object.</returns>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (_owned.Remove(disposable))
        {
            GiveAway(disposable, null);
        }

        return disposable;
    }

    /// <summary>Hands two objects to the caller.</summary>
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (Detach(first), Detach(second));

    /// <summary>Hands several objects to the caller.</summary>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            Detach(disposable);
        }
    }

    /// <summary>Disposes all that the scope owns; the scope stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut([]);

    /// <summary>Disposes all that the scope owns but the given objects, which it then owns; the scope stays open.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        HashSet<IDisposable> all = _owned;
        _owned = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable disposable in all)
        {
            if (_owned.Contains(disposable))
            {
                continue;
            }

            SetOwner(disposable, null);
            _manager.StatisticsInstance.DisposedInScopeCount++;
            disposable.Dispose();
        }
    }

    /// <summary>Disposes all that the scope owns but one object.</summary>
    /// <returns>The object.</returns>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([(IDisposable)keep]);
        return keep;
    }

    /// <summary>Disposes all that the scope owns and closes it. Safe to repeat.</summary>
    /// <exception cref="InvalidOperationException">A scope inside this one is still open, or another thread calls.</exception>
    public void Dispose()
    {
        if (!_closed)
        {
            _manager.Close(this);
            _closed = true;
            DisposeEverything();
        }
    }

    /// <summary>Tells the scope that an object it owns is being disposed by someone else.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (_owned.Remove(disposable))
        {
            _manager.StatisticsInstance.DisposedInScopeCount++;
            SetOwner(disposable, null);
        }
    }

    /// <summary>Drops a tensor whose handle moved to another object.</summary>
    internal void Forget(torch.Tensor tensor) => Detach(tensor);

    private void GiveAway(IDisposable disposable, DisposeScope? receiver)
    {
        SetOwner(disposable, receiver);
        if (receiver is null)
        {
            _manager.StatisticsInstance.DetachedFromScopeCount++;
        }
        else
        {
            receiver.Include(disposable);
        }
    }

    private static void SetOwner(IDisposable disposable, DisposeScope? owner)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = owner;
        }
    }
}
