using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of libtorch, e.g. <c>1.13.1</c>.</summary>
    public static unsafe string __version__
    {
        get
        {
            Status.ThrowIfFailed(NativeRuntime.pt_torch_version(out byte* text), nameof(__version__));
            return Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
        }
    }

    /// <summary>Threads that one operator may use.</summary>
    public static int get_num_threads()
    {
        Status.ThrowIfFailed(NativeRuntime.pt_threads_get(out int intraOp, out _), nameof(get_num_threads));
        return intraOp;
    }

    /// <summary>Sets the threads that one operator may use. Another count gives other rounding in sums.</summary>
    public static void set_num_threads(int num) => Status.ThrowIfFailed(NativeRuntime.pt_threads_set_intra_op(num), nameof(set_num_threads));

    /// <summary>Threads for operators that run side by side.</summary>
    public static int get_num_interop_threads()
    {
        Status.ThrowIfFailed(NativeRuntime.pt_threads_get(out _, out int interOp), nameof(get_num_interop_threads));
        return interOp;
    }

    /// <summary>Sets the threads for operators that run side by side; only once, before any such work.</summary>
    public static void set_num_interop_threads(int num) => Status.ThrowIfFailed(NativeRuntime.pt_threads_set_inter_op(num), nameof(set_num_interop_threads));

    /// <summary>CUDA devices.</summary>
    public static class cuda
    {
        /// <summary>Whether libtorch sees a CUDA device.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>How many CUDA devices libtorch sees.</summary>
        public static int device_count()
        {
            Status.ThrowIfFailed(NativeRuntime.pt_cuda_device_count(out int count), nameof(device_count));
            return count;
        }

        /// <summary>Whether libtorch has cuDNN and a device for it.</summary>
        public static bool is_cudnn_available()
        {
            Status.ThrowIfFailed(NativeRuntime.pt_cudnn_available(out bool available), nameof(is_cudnn_available));
            return available;
        }
    }
}
