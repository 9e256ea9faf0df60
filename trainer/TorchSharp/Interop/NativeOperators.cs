using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "operators".</summary>
internal static unsafe partial class NativeOperators
{
    [LibraryImport(NativeLibraryLoader.LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pt_operator_find(string name, string overload, out int handle);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_operator_call(int handle, NativeValue* arguments, int argumentCount, NativeValue* results, int capacity, out int resultCount);
}
