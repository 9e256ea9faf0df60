using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <remarks>The type is <c>float32</c> and the device the CPU when not given. Results are owned by the caller.
/// Overloads with more sizes have priority, because C# also reads the literal 0 as an element type: <c>zeros(2, 0)</c> is a shape.</remarks>
public static partial class torch
{

    /// <summary>A tensor of 0.</summary>
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("zeros", size, Argument.None, dtype, device, requires_grad);

    /// <summary>A tensor of 0.</summary>
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros(size.ToArray(), dtype, device, requires_grad);

    /// <summary>A tensor of 0, in one dimension.</summary>
    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([size], dtype, device, requires_grad);

    /// <summary>A tensor of 0, in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor of 0, in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([dim0, dim1, dim2], dtype, device, requires_grad);

    /// <summary>A tensor of 0, in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    /// <summary>A tensor of 1.</summary>
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("ones", size, Argument.None, dtype, device, requires_grad);

    /// <summary>A tensor of 1.</summary>
    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones(size.ToArray(), dtype, device, requires_grad);

    /// <summary>A tensor of 1, in one dimension.</summary>
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([size], dtype, device, requires_grad);

    /// <summary>A tensor of 1, in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor of 1, in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([dim0, dim1, dim2], dtype, device, requires_grad);

    /// <summary>A tensor of 1, in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements.</summary>
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("empty.memory_format", size, Argument.None, dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty(size.ToArray(), dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements, in one dimension.</summary>
    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty([size], dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements, in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty([rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements, in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty([dim0, dim1, dim2], dtype, device, requires_grad);

    /// <summary>A tensor with undefined elements, in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty([dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given.</summary>
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("full", size, value, dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given.</summary>
    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size.ToArray(), value, dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given, in one dimension.</summary>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([size], value, dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given, in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([rows, columns], value, dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given, in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([dim0, dim1, dim2], value, dtype, device, requires_grad);

    /// <summary>A tensor of one value; its type follows the value unless given, in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([dim0, dim1, dim2, dim3], value, dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1).</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("rand", size, Argument.None, dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1).</summary>
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand(size.ToArray(), dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1), in one dimension.</summary>
    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand([size], dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1), in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor rand(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand([rows, columns], dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1), in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor rand(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand([dim0, dim1, dim2], dtype, device, requires_grad);

    /// <summary>Uniform random numbers in [0, 1), in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor rand(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand([dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    /// <summary>Standard normal random numbers.</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Filled("randn", size, Argument.None, dtype, device, requires_grad);

    /// <summary>Standard normal random numbers.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn(size.ToArray(), dtype, device, requires_grad);

    /// <summary>Standard normal random numbers, in one dimension.</summary>
    public static Tensor randn(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn([size], dtype, device, requires_grad);

    /// <summary>Standard normal random numbers, in two dimensions.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn([rows, columns], dtype, device, requires_grad);

    /// <summary>Standard normal random numbers, in three dimensions.</summary>
    [OverloadResolutionPriority(2)]
    public static Tensor randn(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn([dim0, dim1, dim2], dtype, device, requires_grad);

    /// <summary>Standard normal random numbers, in four dimensions.</summary>
    [OverloadResolutionPriority(3)]
    public static Tensor randn(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn([dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    /// <summary>Calls a maker whose arguments are a size, perhaps a value, and the tensor options.</summary>
    private static Tensor Filled(string op, long[] size, Argument value, ScalarType? dtype, Device? device, bool requires_grad)
    {
        Tensor made = value.Tag == ValueTag.None
            ? Aten.Call(op, size, dtype, Argument.None, device)
            : Aten.Call(op, size, value, dtype, Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }
}
