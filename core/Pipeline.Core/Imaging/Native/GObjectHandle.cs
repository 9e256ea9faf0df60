using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>One counted reference on a GObject (an image or an operation), dropped exactly once.</summary>
internal sealed class GObjectHandle : SafeHandle
{
    /// <summary>Made by the marshaller for a returned reference, which it owns.</summary>
    public GObjectHandle()
        : base(0, ownsHandle: true) { }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Vips.Unref(handle);
        return true;
    }
}
