using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors joined along an existing dimension; the other sizes are equal.</summary>
    /// <returns>A copy, owned by the caller.</returns>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.Call("cat", Argument.List([.. tensors]), dim);

    /// <summary>Tensors of one shape joined along a new dimension.</summary>
    /// <returns>A copy, owned by the caller.</returns>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.Call("stack", Argument.List([.. tensors]), dim);

    /// <summary>Elements of <paramref name="x"/> where the condition holds, of <paramref name="y"/> elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Aten.Call("where.self", condition, x, y);

    /// <summary>Matrix product over the last two dimensions, broadcast over the others.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>Matrix product of two matrices.</summary>
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    /// <summary>The larger of each pair.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The smaller of each pair.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>Sum of all elements.</summary>
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    /// <summary>Mean of all elements.</summary>
    public static Tensor mean(Tensor input) => input.mean();

    /// <summary>The same elements in another shape.</summary>
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    /// <summary>Several neighbouring dimensions joined into one.</summary>
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    /// <summary>e to the power of each element.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>Square roots.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>A tensor of 0 with the shape, type and device of another.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.zeros_like(dtype, device, requires_grad);

    /// <summary>A tensor of 1 with the shape, type and device of another.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.ones_like(dtype, device, requires_grad);

    /// <summary>Uniform random numbers with the shape, type and device of another.</summary>
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.rand_like(dtype, device, requires_grad);

    /// <summary>Standard normal random numbers with the shape, type and device of another.</summary>
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.randn_like(dtype, device, requires_grad);
}
