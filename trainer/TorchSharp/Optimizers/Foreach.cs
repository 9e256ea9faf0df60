using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Operators over lists of tensors: one call for all parameters of a group, fused into few kernels on CUDA.</summary>
internal static class Foreach
{
    internal static Tensor[] Add(IReadOnlyList<Tensor> left, IReadOnlyList<Tensor> right, double alpha) =>
        Aten.CallMany("_foreach_add.List", left.Count, Argument.List(left), Argument.List(right), alpha);

    internal static void AddInPlace(IReadOnlyList<Tensor> left, IReadOnlyList<Tensor> right, double alpha) =>
        Aten.Run("_foreach_add_.List", Argument.List(left), Argument.List(right), alpha);

    internal static void AddInPlace(IReadOnlyList<Tensor> left, double value) => Aten.Run("_foreach_add_.Scalar", Argument.List(left), value);

    internal static void MultiplyInPlace(IReadOnlyList<Tensor> left, double factor) => Aten.Run("_foreach_mul_.Scalar", Argument.List(left), factor);

    internal static void DivideInPlace(IReadOnlyList<Tensor> left, double divisor) => Aten.Run("_foreach_div_.Scalar", Argument.List(left), divisor);

    internal static Tensor[] SquareRoot(IReadOnlyList<Tensor> values) => Aten.CallMany("_foreach_sqrt", values.Count, Argument.List(values));

    internal static Tensor[] Negate(IReadOnlyList<Tensor> values) => Aten.CallMany("_foreach_neg", values.Count, Argument.List(values));

    internal static void ZeroInPlace(IReadOnlyList<Tensor> values) => Aten.Run("_foreach_zero_", Argument.List(values));

    /// <summary>target + value · first · second.</summary>
    internal static void AddProductInPlace(IReadOnlyList<Tensor> target, IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second, double value) =>
        Aten.Run("_foreach_addcmul_.Scalar", Argument.List(target), Argument.List(first), Argument.List(second), value);

    /// <summary>target + value · first · second, into new tensors.</summary>
    internal static Tensor[] AddProduct(IReadOnlyList<Tensor> target, IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second, double value) =>
        Aten.CallMany("_foreach_addcmul.Scalar", target.Count, Argument.List(target), Argument.List(first), Argument.List(second), value);

    /// <summary>target + value · numerator / denominator.</summary>
    internal static void AddQuotientInPlace(IReadOnlyList<Tensor> target, IReadOnlyList<Tensor> numerator, IReadOnlyList<Tensor> denominator, double value) =>
        Aten.Run("_foreach_addcdiv_.Scalar", Argument.List(target), Argument.List(numerator), Argument.List(denominator), value);
}
