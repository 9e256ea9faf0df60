using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Interop;

namespace Pipeline.Torch;

/// <summary>The state of libtorch in this process.</summary>
public static unsafe class TorchRuntime
{
    /// <summary>The version of libtorch, e.g. <c>1.13.1</c>.</summary>
    public static string Version => torch.__version__;

    /// <summary>Tensor handles that exist in the process at this moment. Two tensors over the same memory count twice.</summary>
    public static long LiveTensors
    {
        get
        {
            Status.ThrowIfFailed(NativeTensors.pt_live_tensors(out long count), nameof(LiveTensors));
            return count;
        }
    }

    /// <summary>Tensors that nobody disposed and the garbage collector had to release, since the process began. In tests this stays 0.</summary>
    public static long FinalizedHandles => TensorHandle.FinalizedCount;

    /// <summary>How libtorch was built: compiler, BLAS, instruction sets.</summary>
    public static string BuildConfiguration
    {
        get
        {
            Status.ThrowIfFailed(NativeRuntime.pt_build_config(out byte* text), nameof(BuildConfiguration));
            return Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
        }
    }

    /// <summary>The thread settings of libtorch, OpenMP and oneDNN at this moment.</summary>
    public static string ThreadDescription
    {
        get
        {
            Status.ThrowIfFailed(NativeRuntime.pt_parallel_info(out byte* text), nameof(ThreadDescription));
            return Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
        }
    }

    /// <summary>The BLAS that libtorch runs on, with its file; for messages and <c>run.json</c>.</summary>
    public static string BlasDescription => LoadedBlas().Description;

    /// <summary>Whether matrix products run on the reference BLAS, some 50 times slower than OpenBLAS. False where it cannot be told.</summary>
    public static bool UsesReferenceBlas => LoadedBlas().Kind == BlasKind.Reference;

    /// <summary>Sets the number of threads of libtorch's operators and of OpenBLAS.</summary>
    /// <param name="threads">At least 1. Another number rounds sums otherwise: results are reproducible for a given one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <remarks>By function and not by environment variable: a variable that a .NET program sets does not reach native code.</remarks>
    public static void ConfigureThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        torch.set_num_threads(threads);
        LoadedBlas().SetThreads(threads);
    }

    private static LoadedBlas LoadedBlas()
    {
        _ = Version;   // libtorch loads its BLAS with itself
        return Torch.LoadedBlas.Find();
    }
}
