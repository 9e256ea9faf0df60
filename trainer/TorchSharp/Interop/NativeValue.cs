using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The C enum <c>pt_tag</c>: what a <see cref="NativeValue"/> holds.</summary>
internal enum ValueTag
{
    None = 0,
    Default = 1,
    Tensor = 2,
    Int = 3,
    Double = 4,
    Bool = 5,
    IntList = 6,
    DoubleList = 7,
    TensorList = 8,
    String = 9,
    Device = 10,
}

/// <summary>The C struct <c>pt_value</c>: one argument or result of an operator.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct NativeValue
{
    [FieldOffset(0)]
    internal ValueTag Tag;

    [FieldOffset(4)]
    internal int Length;

    [FieldOffset(8)]
    internal ulong Tensor;

    [FieldOffset(8)]
    internal long Integer;

    [FieldOffset(8)]
    internal double Number;

    [FieldOffset(8)]
    internal void* Items;
}
