using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "autograd".</summary>
internal static unsafe partial class NativeAutograd
{
    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_backward(
        ulong* tensors, int tensorCount, ulong* gradients, int gradientCount, [MarshalAs(UnmanagedType.Bool)] bool retainGraph,
        [MarshalAs(UnmanagedType.Bool)] bool createGraph, ulong* inputs, int inputCount);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_gradients(
        ulong* outputs, int outputCount, ulong* inputs, int inputCount, ulong* gradients, int gradientCount, [MarshalAs(UnmanagedType.Bool)] bool retainGraph,
        [MarshalAs(UnmanagedType.Bool)] bool createGraph, [MarshalAs(UnmanagedType.Bool)] bool allowUnused, ulong* results);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_grad(TensorHandle tensor, out TensorHandle gradient);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_set_grad(TensorHandle tensor, TensorHandle gradient);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_set_requires_grad(TensorHandle tensor, [MarshalAs(UnmanagedType.Bool)] bool enabled);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_tensor_retain_grad(TensorHandle tensor);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_grad_mode_get([MarshalAs(UnmanagedType.Bool)] out bool enabled);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_grad_mode_set([MarshalAs(UnmanagedType.Bool)] bool enabled);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_inference_mode_push([MarshalAs(UnmanagedType.Bool)] bool enabled);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_inference_mode_pop();

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_inference_mode_get([MarshalAs(UnmanagedType.Bool)] out bool enabled);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_autocast_get(int deviceType, [MarshalAs(UnmanagedType.Bool)] out bool enabled, out int dtype);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_autocast_set(int deviceType, [MarshalAs(UnmanagedType.Bool)] bool enabled, int dtype);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_autocast_nest(int delta, out int depth);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_autocast_clear_cache();
}
