using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "threads and devices".</summary>
internal static unsafe partial class NativeRuntime
{
    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_threads_get(out int intraOp, out int interOp);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_threads_set_intra_op(int count);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_threads_set_inter_op(int count);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_cuda_device_count(out int count);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_cudnn_available([MarshalAs(UnmanagedType.Bool)] out bool available);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_torch_version(out byte* text);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_build_config(out byte* text);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_parallel_info(out byte* text);
}
