using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "errors".</summary>
internal static unsafe partial class NativeErrors
{
    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_abi_version();

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_sizeof_value();

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_sizeof_tensor_info();

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_last_error(out byte* text);
}
