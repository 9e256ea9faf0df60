using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Header section "random numbers".</summary>
internal static partial class NativeRandom
{
    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_manual_seed(ulong seed);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_initial_seed(out ulong seed);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_rng_get_state(out TensorHandle state);

    [LibraryImport(NativeLibraryLoader.LibraryName)]
    internal static partial int pt_rng_set_state(TensorHandle state);
}
