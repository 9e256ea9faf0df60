using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// Takes GLib's log away from stderr, and notes the one message that matters: on closing a file whose data it had to patch up, libvips' JPEG loader logs <c>read gave N
/// warnings</c>. It does so on the thread that drops the last reference, which is the thread that decoded, so the note belongs to that thread's file.
/// </summary>
internal static class VipsLog
{
    [ThreadStatic]
    private static bool warned;

    /// <summary>Replaces GLib's default handler.</summary>
    internal static unsafe void Install() => _ = Vips.SetLogHandler(&Handle, 0);

    /// <summary>Reads and clears the note of the current thread.</summary>
    /// <returns>Whether a loader warned since the last call.</returns>
    internal static bool TakeWarned()
    {
        bool taken = warned;
        warned = false;
        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void Handle(byte* domain, int level, byte* message, nint data) =>
        warned |= MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message).StartsWith("read gave"u8);
}
