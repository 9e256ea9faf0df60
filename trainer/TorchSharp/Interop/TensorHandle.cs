using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Owns one native tensor handle. The finalizer is a net: each tensor it has to catch is counted.</summary>
internal sealed class TensorHandle : SafeHandle
{
    private static long s_finalized;

    /// <summary>For the marshaller, which fills in the value.</summary>
    public TensorHandle()
        : base(0, ownsHandle: true)
    {
    }

    internal TensorHandle(ulong value)
        : this() => SetHandle((nint)value);

    /// <summary>Tensors of this process that nobody disposed and the garbage collector had to release.</summary>
    internal static long FinalizedCount => Interlocked.Read(ref s_finalized);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The bare number. The caller holds a counted reference for as long as it uses it.</summary>
    internal ulong Value => (ulong)handle;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing && !IsInvalid && !IsClosed)
        {
            Interlocked.Increment(ref s_finalized);
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        ulong value = Value;
        return NativeTensors.pt_tensor_free(ref value) == Status.Ok;
    }
}
