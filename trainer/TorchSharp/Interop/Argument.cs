using System.Text;

namespace TorchSharp.Interop;

/// <summary>One argument of an operator call. Whatever is null becomes the operator's None.</summary>
internal readonly struct Argument
{
    private Argument(ValueTag tag, long bits = 0, object? reference = null)
    {
        Tag = tag;
        Bits = bits;
        Reference = reference;
    }

    internal ValueTag Tag { get; }

    /// <summary>The integer, the bits of the number, or the packed device.</summary>
    internal long Bits { get; }

    /// <summary>A <see cref="torch.Tensor"/>, a list of them, a <c>long[]</c>, a <c>double[]</c> or the UTF-8 bytes of a string.</summary>
    internal object? Reference { get; }

    /// <summary>The operator's None.</summary>
    internal static Argument None => default;

    /// <summary>The default value of the operator's schema.</summary>
    internal static Argument Default => new(ValueTag.Default);

    /// <summary>A list of tensors; a null element is only valid where the operator takes optional tensors.</summary>
    internal static Argument List(IReadOnlyList<torch.Tensor?> tensors) => new(ValueTag.TensorList, 0, tensors);

    /// <summary>Entries of 8 bytes that the argument needs outside the argument array.</summary>
    internal int ScratchLength => Reference switch
    {
        long[] integers => integers.Length,
        double[] numbers => numbers.Length,
        byte[] text => (text.Length + 7) / 8,
        IReadOnlyList<torch.Tensor?> tensors => tensors.Count,
        _ => 0,
    };

    public static implicit operator Argument(torch.Tensor? tensor) => tensor is null ? None : new(ValueTag.Tensor, 0, tensor);

    public static implicit operator Argument(long value) => new(ValueTag.Int, value);

    public static implicit operator Argument(long? value) => value is { } given ? given : None;

    public static implicit operator Argument(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } given ? given : None;

    public static implicit operator Argument(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    public static implicit operator Argument(bool? value) => value is { } given ? given : None;

    public static implicit operator Argument(long[]? values) => values is null ? None : new(ValueTag.IntList, 0, values);

    public static implicit operator Argument(double[]? values) => values is null ? None : new(ValueTag.DoubleList, 0, values);

    public static implicit operator Argument(string text) => new(ValueTag.String, 0, Encoding.UTF8.GetBytes(text));

    public static implicit operator Argument(torch.ScalarType dtype) => (long)dtype;

    public static implicit operator Argument(torch.ScalarType? dtype) => dtype is { } given ? given : None;

    public static implicit operator Argument(torch.Device? device) =>
        device is null ? None : new(ValueTag.Device, (int)device.type + (256L * (device.index + 1)));

    public static implicit operator Argument(Scalar? scalar) => scalar is null ? None : scalar.Tag switch
    {
        ValueTag.Double => new(ValueTag.Double, scalar.Bits),
        ValueTag.Bool => new(ValueTag.Bool, scalar.Bits),
        _ => new(ValueTag.Int, scalar.Bits),
    };
}
