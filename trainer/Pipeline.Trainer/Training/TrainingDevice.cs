using System.Globalization;
using Pipeline.Core.Errors;
using Pipeline.Torch.Loading;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Chooses where libtorch computes: what is asked for, or an error, never something else in silence.</summary>
internal static class TrainingDevice
{
    /// <summary>Chooses a device by its name.</summary>
    /// <param name="wanted">
    /// <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:&lt;index&gt;</c>; <c>auto</c> is the first CUDA device where
    /// there is one.
    /// </param>
    /// <returns>The device, a CUDA device with its index.</returns>
    /// <exception cref="DeviceException">The name is none of these, or libtorch sees no such device.</exception>
    public static Device Choose(string wanted)
    {
        TorchLibrary.EnsureLoaded();
        (TorchSharp.DeviceType type, int index) = Choose(wanted, cuda.device_count);
        return device(type, index);
    }

    /// <summary>Chooses among a known number of CUDA devices.</summary>
    internal static (TorchSharp.DeviceType Type, int Index) Choose(string wanted, Func<int> countCudaDevices)
    {
        string[] parts = wanted.Split(':');
        int index = 0;
        bool isName =
            wanted is "auto" or "cpu"
            || (
                parts[0] == "cuda"
                && (
                    parts.Length == 1
                    || (
                        parts.Length == 2
                        && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)
                    )
                )
            );
        if (!isName)
        {
            throw new DeviceException(
                $"Device '{wanted}' is not known, expected auto, cpu, cuda or cuda:<index> such as cuda:0. "
                    + "Correct --device."
            );
        }

        int count = wanted == "cpu" ? 0 : countCudaDevices();
        if (wanted == "cpu" || (wanted == "auto" && count == 0))
        {
            return (TorchSharp.DeviceType.CPU, 0);
        }

        return index < count
            ? (TorchSharp.DeviceType.CUDA, index)
            : throw new DeviceException(
                $"Device '{wanted}' was asked for, but libtorch {__version__} sees "
                    + (count == 0 ? "no CUDA device " : $"only {count} CUDA devices, cuda:0 to cuda:{count - 1} ")
                    + "here. Train with --device cpu, or give libtorch a CUDA build and a driver."
            );
    }
}
