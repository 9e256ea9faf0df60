using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace Pipeline.Torch;

/// <content>What our own binding can tell about libtorch.</content>
public static unsafe partial class TorchRuntime
{
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
}
