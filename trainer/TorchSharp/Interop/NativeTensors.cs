using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "tensors".</summary>
internal static unsafe partial class NativeTensors
{
    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_from_memory(void* data, long sizeBytes, long* sizes, int dimensionCount, int dtype, out TensorHandle tensor);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_copy_to_memory(TensorHandle tensor, void* destination, long sizeBytes);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_data(TensorHandle tensor, out void* data);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_get_info(TensorHandle tensor, out NativeTensorInfo info);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_sizes(TensorHandle tensor, long* sizes, int capacity, out int count);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_strides(TensorHandle tensor, long* strides, int capacity, out int count);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_is_contiguous(TensorHandle tensor, int memoryFormat, out int result);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_free(ref ulong tensor);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_live_tensors(out long count);
}
