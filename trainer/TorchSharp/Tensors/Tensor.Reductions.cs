using TorchSharp.Interop;

namespace TorchSharp;

/// <remarks>A reduced dimension disappears, or stays with size 1 when <c>keepdim</c> is set.</remarks>
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sum of all elements; integers are summed as int64.</summary>
        public Tensor sum(ScalarType? type = null) => Aten.Call("sum", this, type);

        /// <summary>Sums over one dimension.</summary>
        /// <remarks>Write <c>sum(0L)</c>: C# reads the literal 0 in <c>sum(0)</c> as an element type, here as in TorchSharp.</remarks>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        /// <summary>Sums over several dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.Call("sum.dim_IntList", this, dim, keepdim, type);

        /// <summary>Sums over several dimensions.</summary>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => sum(dim.ToArray(), keepdim, type);

        /// <summary>Mean of all elements; floating point only.</summary>
        public Tensor mean() => Aten.Call("mean", this);

        /// <summary>Means over several dimensions; floating point only.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.Call("mean.dim", this, dimensions, keepdim, type);

        /// <summary>Variance of all elements; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor var(bool unbiased = true) => Aten.Call("var", this, unbiased);

        /// <summary>Variances over several dimensions; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Aten.Call("var.dim", this, dimensions, unbiased, keepdim), type);

        /// <summary>Variances over one dimension; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);

        /// <summary>Standard deviation of all elements; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor std(bool unbiased = true) => Aten.Call("std", this, unbiased);

        /// <summary>Standard deviations over several dimensions; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Aten.Call("std.dim", this, dimensions, unbiased, keepdim), type);

        /// <summary>Standard deviations over one dimension; divided by N - 1 when unbiased, by N otherwise.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);

        /// <summary>Largest element.</summary>
        public Tensor max() => Aten.Call("max", this);

        /// <summary>Largest elements over a dimension and their <c>int64</c> positions.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.CallPair("max.dim", this, dim, keepdim);

        /// <summary>Smallest element.</summary>
        public Tensor min() => Aten.Call("min", this);

        /// <summary>Smallest elements over a dimension and their <c>int64</c> positions.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.CallPair("min.dim", this, dim, keepdim);

        /// <summary>Position of the largest element among all, <c>int64</c>.</summary>
        public Tensor argmax() => Aten.Call("argmax", this);

        /// <summary>Positions of the largest elements over a dimension, <c>int64</c>.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Aten.Call("argmax", this, dim, keepdim);

        /// <summary>Position of the smallest element among all, <c>int64</c>.</summary>
        public Tensor argmin() => Aten.Call("argmin", this);

        /// <summary>Positions of the smallest elements over a dimension, <c>int64</c>.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Aten.Call("argmin", this, dim, keepdim);

        /// <summary>The k largest elements over a dimension, or smallest, and their <c>int64</c> positions.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Aten.CallPair("topk", this, (long)k, (long)dim, largest, sorted);

        /// <summary>The elements in order along a dimension, and their <c>int64</c> positions before.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Aten.CallPair("sort.stable", this, stable, dim, descending);

        /// <summary>Positions that would sort the elements along a dimension, <c>int64</c>.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Aten.Call("argsort", this, dim, descending);

        /// <summary>Running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Call("cumsum", this, dim, type);

        /// <summary>Logarithms of the sums of the exponentials over a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.Call("logsumexp", this, new[] { dim }, keepdim);

        /// <summary>Whether all elements are true.</summary>
        public Tensor all() => Aten.Call("all", this);

        /// <summary>Whether all elements over a dimension are true.</summary>
        public Tensor all(long dim, bool keepdim = false) => Aten.Call("all.dim", this, dim, keepdim);

        /// <summary>Whether any element is true.</summary>
        public Tensor any() => Aten.Call("any", this);

        /// <summary>Whether any element over a dimension is true.</summary>
        public Tensor any(long dim, bool keepdim = false) => Aten.Call("any.dim", this, dim, keepdim);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2.0f) => Aten.Call("norm.Scalar", this, (double)p);

        /// <summary>The p-norms over a dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Aten.Call("norm.ScalarOpt_dim", this, (double)p, new[] { (long)dim }, keepdim);

        private static Tensor Cast(Tensor result, ScalarType? type)
        {
            if (type is not { } wanted || result.dtype == wanted)
            {
                return result;
            }

            using (result)
            {
                return result.to(wanted);
            }
        }
    }
}
