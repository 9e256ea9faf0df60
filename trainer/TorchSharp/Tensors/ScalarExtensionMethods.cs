namespace TorchSharp;

/// <summary>Conversions between <see cref="Scalar"/> and the number types of .NET.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>Wraps an integer.</summary>
    public static Scalar ToScalar(this int value) => value;

    /// <summary>Wraps a 64-bit integer.</summary>
    public static Scalar ToScalar(this long value) => value;

    /// <summary>Wraps a single-precision number.</summary>
    public static Scalar ToScalar(this float value) => value;

    /// <summary>Wraps a double-precision number.</summary>
    public static Scalar ToScalar(this double value) => value;

    /// <summary>Wraps a truth value.</summary>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The value rounded to single precision.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble();

    /// <summary>The value in double precision.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble();

    /// <summary>The value truncated to a byte.</summary>
    public static byte ToByte(this Scalar value) => (byte)value.AsInt64();

    /// <summary>The value truncated to a 32-bit integer.</summary>
    public static int ToInt32(this Scalar value) => (int)value.AsInt64();

    /// <summary>The value truncated to a 64-bit integer.</summary>
    public static long ToInt64(this Scalar value) => value.AsInt64();

    /// <summary>Whether the value differs from zero.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsDouble() != 0;
}
