using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// A block of native memory and its one owner. Outside the managed heap, so that large images neither fragment it nor
/// stay in a pool.
/// </summary>
internal sealed unsafe class NativeMemoryHandle : SafeHandle
{
    /// <summary>Allocates; the bytes are undefined.</summary>
    /// <param name="bytes">Size, at least 1.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    internal NativeMemoryHandle(int bytes)
        : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.Alloc((nuint)bytes));

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>First byte; valid until this owner is disposed.</summary>
    internal byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
