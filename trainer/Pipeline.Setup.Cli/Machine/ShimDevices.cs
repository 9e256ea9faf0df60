using System.Runtime.InteropServices;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>Asks the C++ shim, and so libtorch itself, how many CUDA devices it sees.</summary>
internal static class ShimDevices
{
    private delegate int CountDevices(out int count);

    /// <summary>Loads the shim into this process and asks.</summary>
    /// <param name="shim">Path of <c>libpipeline_torch.so</c>.</param>
    /// <returns>The number, or why it cannot be asked.</returns>
    internal static (int Count, string? Fault) Count(string shim)
    {
        try
        {
            nint library = NativeLibrary.Load(Path.GetFullPath(shim));
            var ask = Marshal.GetDelegateForFunctionPointer<CountDevices>(NativeLibrary.GetExport(library, "pt_cuda_device_count"));
            return ask(out int count) == 0 ? (count, null) : (0, "libtorch cannot count its CUDA devices");
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return (0, error.Message.Split('\n')[0].Trim());
        }
    }
}
