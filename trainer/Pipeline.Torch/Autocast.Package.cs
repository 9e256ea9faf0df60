using TorchSharp;

namespace Pipeline.Torch;

/// <summary>Autocast where TorchSharp comes as a package: neither 0.99.6 nor 0.107 has it, so asking for it is an error, and <c>precision: auto</c> takes fp32.</summary>
public readonly ref struct Autocast
{
    /// <summary>Does nothing when it is not enabled.</summary>
    /// <param name="device">CPU or CUDA.</param>
    /// <param name="dtype">The 16-bit type.</param>
    /// <param name="enabled">Whether 16 bits are asked for.</param>
    /// <exception cref="NotSupportedException">They are.</exception>
    public Autocast(DeviceType device, torch.ScalarType dtype = torch.ScalarType.BFloat16, bool enabled = true)
    {
        if (enabled)
        {
            throw new NotSupportedException($"This TorchSharp has no autocast to {dtype} on {device}. Train with precision: fp32.");
        }
    }

    /// <summary>Whether autocast is on for a device on this thread.</summary>
    /// <param name="device">Any device.</param>
    /// <returns>Never.</returns>
    public static bool IsEnabled(DeviceType device) => false;

    /// <summary>There is no cache.</summary>
    public static void ClearCache()
    {
    }

    /// <summary>There is nothing to restore.</summary>
#pragma warning disable CA1822 // the shape of the other Autocast
    public void Dispose()
    {
    }
#pragma warning restore CA1822
}
