using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>Conversions of tensors of one element to .NET numbers, and arrays to tensors.</summary>
public static class TensorExtensionMethods
{
    /// <summary>The gradient, as 0.99.6 spells it; the same as the property.</summary>
    public static torch.Tensor? grad(this torch.Tensor tensor) => tensor.grad;

    /// <summary>Makes a parameter of the tensor, which is invalid afterwards unless it already is one.</summary>
    public static Parameter AsParameter(this torch.Tensor tensor) => tensor as Parameter ?? new Parameter(tensor, tensor.requires_grad);

    /// <summary>The only element, of any type, as a scalar.</summary>
    /// <exception cref="ArgumentException">There is not exactly one element.</exception>
    public static Scalar ToScalar(this torch.Tensor value) =>
        value.dtype == torch.ScalarType.Bool ? value.ItemAsInt64() != 0
        : value.is_integral() ? value.ItemAsInt64()
        : value.ItemAsDouble();

    /// <summary>The only element, of any type, rounded to single precision.</summary>
    public static float ToSingle(this torch.Tensor value) => (float)value.ItemAsDouble();

    /// <summary>The only element, of any type, in double precision.</summary>
    public static double ToDouble(this torch.Tensor value) => value.ItemAsDouble();

    /// <summary>The only element, of any type, truncated to a byte.</summary>
    public static byte ToByte(this torch.Tensor value) => (byte)value.ItemAsInt64();

    /// <summary>The only element, of any type, truncated to a 32-bit integer.</summary>
    public static int ToInt32(this torch.Tensor value) => (int)value.ItemAsInt64();

    /// <summary>The only element, of any type, truncated to a 64-bit integer.</summary>
    public static long ToInt64(this torch.Tensor value) => value.ItemAsInt64();

    /// <summary>Whether the only element, of any type, differs from 0.</summary>
    public static bool ToBoolean(this torch.Tensor value) => value.ItemAsDouble() != 0;

    /// <summary>A tensor of the given shape with the array's elements.</summary>
    /// <remarks><paramref name="doCopy"/> is accepted for source compatibility; the elements are always copied.</remarks>
    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
        where T : unmanaged
    {
        _ = doCopy;
        return torch.tensor(rawArray, dimensions, requires_grad: requires_grad);
    }
}
