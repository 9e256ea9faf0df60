using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A single number or truth value as an operator's argument. Numbers convert to it implicitly.</summary>
/// <remarks>Holds no native memory; it is disposable because TorchSharp's is.</remarks>
public sealed class Scalar : IDisposable
{
    private Scalar(ValueTag tag, long bits, torch.ScalarType type)
    {
        Tag = tag;
        Bits = bits;
        Type = type;
    }

    /// <summary>The element type that the value came from.</summary>
    public torch.ScalarType Type { get; }

    internal ValueTag Tag { get; }

    /// <summary>The integer or truth value, or the bits of the double.</summary>
    internal long Bits { get; }

    /// <summary>Converts a byte.</summary>
    public static implicit operator Scalar(byte value) => FromInteger(value, torch.ScalarType.Byte);

    /// <summary>Converts a signed byte.</summary>
    public static implicit operator Scalar(sbyte value) => FromInteger(value, torch.ScalarType.Int8);

    /// <summary>Converts a 16-bit integer.</summary>
    public static implicit operator Scalar(short value) => FromInteger(value, torch.ScalarType.Int16);

    /// <summary>Converts a 32-bit integer.</summary>
    public static implicit operator Scalar(int value) => FromInteger(value, torch.ScalarType.Int32);

    /// <summary>Converts a 64-bit integer.</summary>
    public static implicit operator Scalar(long value) => FromInteger(value, torch.ScalarType.Int64);

    /// <summary>Converts a single-precision number.</summary>
    public static implicit operator Scalar(float value) => FromNumber(value, torch.ScalarType.Float32);

    /// <summary>Converts a double-precision number.</summary>
    public static implicit operator Scalar(double value) => FromNumber(value, torch.ScalarType.Float64);

    /// <summary>Converts a truth value.</summary>
    public static implicit operator Scalar(bool value) => new(ValueTag.Bool, value ? 1 : 0, torch.ScalarType.Bool);

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    internal double AsDouble() => Tag == ValueTag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    /// <summary>Truncates a number towards zero, as a cast does.</summary>
    internal long AsInt64() => Tag == ValueTag.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;

    private static Scalar FromInteger(long value, torch.ScalarType type) => new(ValueTag.Int, value, type);

    private static Scalar FromNumber(double value, torch.ScalarType type) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value), type);
}
