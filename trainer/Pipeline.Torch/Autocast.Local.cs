using TorchSharp;
using TorchSharp.Interop;

namespace Pipeline.Torch;

/// <summary>Lets matrix products and convolutions of this thread compute in 16 bits until disposed; parameters and losses stay in 32.</summary>
/// <remarks>
/// <para>A ref struct, because autocast belongs to a thread: the compiler rejects an <c>await</c> inside. Scopes nest; dispose each exactly once,
/// innermost first. Leaving the outermost one releases the cached 16-bit copies of the parameters.</para>
/// <para>The forward pass and the loss belong inside, <c>backward</c> and the optimizer's step outside.</para>
/// </remarks>
public readonly ref struct Autocast
{
    private readonly int _device;
    private readonly bool _enabledBefore;
    private readonly int _typeBefore;

    /// <summary>Switches autocast on, or off for a part of an outer scope.</summary>
    /// <param name="device">CPU or CUDA.</param>
    /// <param name="dtype">The 16-bit type: bfloat16 or float16.</param>
    /// <param name="enabled">False computes in 32 bits inside an outer scope.</param>
    /// <exception cref="TorchException">Another device or type.</exception>
    public Autocast(DeviceType device, torch.ScalarType dtype = torch.ScalarType.BFloat16, bool enabled = true)
    {
        _device = (int)device;
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_get(_device, out _enabledBefore, out _typeBefore), nameof(Autocast));
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_set(_device, enabled, (int)dtype), nameof(Autocast));
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_nest(1, out _), nameof(Autocast));
    }

    /// <summary>Whether autocast is on for a device on this thread.</summary>
    /// <exception cref="TorchException">The device is neither CPU nor CUDA.</exception>
    public static bool IsEnabled(DeviceType device)
    {
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_get((int)device, out bool enabled, out _), nameof(IsEnabled));
        return enabled;
    }

    /// <summary>Drops the cached 16-bit copies of this process's parameters; needed only when parameters change inside a scope.</summary>
    public static void ClearCache() => Status.ThrowIfFailed(NativeAutograd.pt_autocast_clear_cache(), nameof(ClearCache));

    /// <summary>Restores what was set before.</summary>
    public void Dispose()
    {
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_nest(-1, out _), nameof(Autocast));
        Status.ThrowIfFailed(NativeAutograd.pt_autocast_set(_device, _enabledBefore, _typeBefore), nameof(Autocast));
    }
}
