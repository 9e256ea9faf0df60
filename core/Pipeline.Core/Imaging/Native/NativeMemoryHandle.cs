using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>A block that GLib allocated and this owner frees.</summary>
internal sealed class NativeMemoryHandle : SafeHandle
{
    /// <summary>Made by the marshaller for a returned block, which it owns.</summary>
    public NativeMemoryHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>First byte; valid until this owner is disposed.</summary>
    internal unsafe byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Vips.Free(handle);
        return true;
    }
}
