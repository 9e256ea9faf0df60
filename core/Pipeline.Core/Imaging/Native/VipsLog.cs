using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// Takes GLib's log away from stderr, and notes the messages that matter: on closing a file whose data it had to patch
/// up, libvips' JPEG loader logs <c>read gave N warnings</c>; libtiff's decoders of fax and JPEG data warn of codes
/// that they could not read. Both do so on the thread that decodes, so the note belongs to that thread's file.
/// </summary>
internal static class VipsLog
{
    private static readonly string[] Patched =
    [
        "read gave",
        "premature end",
        "Premature EOL",
        "Bad code word",
        "Corrupt JPEG data",
        "Line length mismatch",
        "Bad 2D code",
        "Buffer length",
    ];

    [ThreadStatic]
    private static string? warning;

    /// <summary>Replaces GLib's default handler.</summary>
    internal static unsafe void Install() => _ = Vips.SetLogHandler(&Handle, 0);

    /// <summary>Reads and clears the note of the current thread.</summary>
    /// <returns>The first message since the last call that matters; <c>null</c> when there was none.</returns>
    internal static string? TakeWarning()
    {
        string? taken = warning;
        warning = null;
        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void Handle(byte* domain, int level, byte* message, nint data)
    {
        string text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message));
        if (warning is null && Patched.Any(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)))
        {
            warning = text;
        }
    }
}
