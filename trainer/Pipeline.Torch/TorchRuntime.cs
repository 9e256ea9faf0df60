using Pipeline.Torch.Loading;
using TorchSharp;
using TorchSharp.Modules;

namespace Pipeline.Torch;

/// <summary>The state of libtorch in this process. Every member loads libtorch first when nobody has yet.</summary>
internal static class TorchRuntime
{
    private static long emptied;

    /// <summary>
    /// Tensor handles that exist in the process at this moment. Two tensors over the same memory count twice.
    /// </summary>
    public static long LiveTensors => torch.Tensor.TotalCount - Interlocked.Read(ref emptied);

    /// <summary>Makes a tensor a parameter.</summary>
    /// <param name="data">The values. Transferred.</param>
    /// <param name="requiresGrad">Whether gradients are computed for it.</param>
    /// <returns>Owned by the caller.</returns>
    /// <remarks>
    /// TorchSharp 0.107 goes on counting the tensor that it empties for this; <see cref="LiveTensors"/> takes it off.
    /// </remarks>
    public static Parameter NewParameter(torch.Tensor data, bool requiresGrad)
    {
        var parameter = new Parameter(data, requiresGrad);
        Interlocked.Increment(ref emptied);
        return parameter;
    }

    /// <summary>Sets the number of threads of libtorch's operators.</summary>
    /// <param name="threads">
    /// At least 1. Another number rounds sums otherwise: results are reproducible for a given one.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <remarks>
    /// By function and not by environment variable: a variable that a .NET program sets does not reach native code.
    /// </remarks>
    public static void ConfigureThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        TorchLibrary.EnsureLoaded();
        torch.set_num_threads(threads);
    }
}
