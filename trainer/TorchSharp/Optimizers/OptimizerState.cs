using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers about one parameter. Owns its tensors.</summary>
public abstract class OptimizerState : IDisposable
{
    /// <summary>Copies the values, tensors included.</summary>
    /// <exception cref="ArgumentException">The other object belongs to another kind of optimizer.</exception>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Moves the tensors to a device.</summary>
    public abstract void to(Device device);

    /// <summary>Releases the tensors.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the tensors.</summary>
    protected abstract void Dispose(bool disposing);

    private protected T Expect<T>(OptimizerState source)
        where T : OptimizerState =>
        source as T ?? throw new ArgumentException($"Expected state of {GetType().FullName}, found {source.GetType().FullName}.", nameof(source));

    /// <summary>A tensor of 0 like the parameter, outside every scope.</summary>
    private protected static Tensor NewMoment(Tensor parameter)
    {
        using Tensor plain = parameter.detach();
        return plain.zeros_like().DetachFromDisposeScope();
    }

    /// <summary>A copy of the source that replaces and releases the target.</summary>
    private protected static Tensor? Replace(Tensor? target, Tensor? source)
    {
        if (ReferenceEquals(target, source))
        {
            return target;
        }

        Tensor? copy = source?.detach();
        using (copy)
        {
            target?.Dispose();
            return copy?.clone().DetachFromDisposeScope();
        }
    }

    private protected static Tensor? Move(Tensor? tensor, Device device)
    {
        if (tensor is null || tensor.device.Equals(device))
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.to(device).DetachFromDisposeScope();
        }
    }
}
