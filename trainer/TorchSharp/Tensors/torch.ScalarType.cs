namespace TorchSharp;

public static partial class torch
{
    /// <summary>Element types of tensors, with libtorch's numbers.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>Unsigned 8-bit integer.</summary>
        Byte = 0,

        /// <summary>Signed 8-bit integer.</summary>
        Int8 = 1,

        /// <summary>Signed 16-bit integer.</summary>
        Int16 = 2,

        /// <summary>Signed 32-bit integer.</summary>
        Int32 = 3,

        /// <summary>Signed 64-bit integer.</summary>
        Int64 = 4,

        /// <summary>IEEE half precision.</summary>
        Float16 = 5,

        /// <summary>IEEE single precision.</summary>
        Float32 = 6,

        /// <summary>IEEE double precision.</summary>
        Float64 = 7,

        /// <summary>Pair of single-precision numbers.</summary>
        ComplexFloat32 = 9,

        /// <summary>Pair of double-precision numbers.</summary>
        ComplexFloat64 = 10,

        /// <summary>Truth value, one byte.</summary>
        Bool = 11,

        /// <summary>The upper half of a single-precision number: 8 bits of exponent, 7 of fraction.</summary>
        BFloat16 = 15,
    }

    /// <summary>Unsigned 8-bit integer.</summary>
    public const ScalarType uint8 = ScalarType.Byte;

    /// <summary>Signed 8-bit integer.</summary>
    public const ScalarType int8 = ScalarType.Int8;

    /// <summary>Signed 16-bit integer.</summary>
    public const ScalarType int16 = ScalarType.Int16;

    /// <summary>Signed 32-bit integer.</summary>
    public const ScalarType int32 = ScalarType.Int32;

    /// <summary>Signed 64-bit integer.</summary>
    public const ScalarType int64 = ScalarType.Int64;

    /// <summary>IEEE half precision.</summary>
    public const ScalarType float16 = ScalarType.Float16;

    /// <summary>IEEE single precision.</summary>
    public const ScalarType float32 = ScalarType.Float32;

    /// <summary>IEEE double precision.</summary>
    public const ScalarType float64 = ScalarType.Float64;

    /// <summary>Brain floating point, 16 bits.</summary>
    public const ScalarType bfloat16 = ScalarType.BFloat16;

    /// <summary>Truth value.</summary>
    public const ScalarType @bool = ScalarType.Bool;

    /// <summary>Signed 32-bit integer.</summary>
    public const ScalarType @int = ScalarType.Int32;

    /// <summary>Signed 64-bit integer.</summary>
    public const ScalarType @long = ScalarType.Int64;

    /// <summary>IEEE half precision.</summary>
    public const ScalarType half = ScalarType.Float16;

    /// <summary>IEEE single precision.</summary>
    public const ScalarType @float = ScalarType.Float32;

    /// <summary>IEEE double precision.</summary>
    public const ScalarType @double = ScalarType.Float64;

    /// <summary>Whether the type holds integers; truth values count as such.</summary>
    public static bool is_integral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

    /// <summary>Whether the type holds real numbers.</summary>
    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    /// <summary>Whether the type holds complex numbers.</summary>
    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

    /// <summary>The element type that stores a .NET type as it is in memory.</summary>
    internal static ScalarType ScalarTypeOf<T>()
        where T : unmanaged => default(T) switch
        {
            byte => ScalarType.Byte,
            sbyte => ScalarType.Int8,
            short => ScalarType.Int16,
            int => ScalarType.Int32,
            long => ScalarType.Int64,
            Half => ScalarType.Float16,
            float => ScalarType.Float32,
            double => ScalarType.Float64,
            bool => ScalarType.Bool,
            _ => throw new ArgumentException($"A tensor cannot hold values of type {typeof(T).Name}; use byte, sbyte, short, int, long, Half, float, double or bool."),
        };
}
