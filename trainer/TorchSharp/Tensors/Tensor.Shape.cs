using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>This tensor with its dimensions reversed; shares memory.</summary>
        public Tensor T => Aten.Call("numpy_T", this);

        /// <summary>The same elements in another shape; one size may be -1. Shares memory when it can, copies otherwise.</summary>
        public Tensor reshape(params long[] shape) => Aten.Call("reshape", this, shape);

        /// <summary>The same memory in another shape; one size may be -1.</summary>
        public Tensor view(params long[] shape) => Aten.Call("view", this, shape);

        /// <summary>The same memory in the shape of another tensor.</summary>
        public Tensor view_as(Tensor other) => view(other.shape);

        /// <summary>The dimensions in another order; shares memory.</summary>
        public Tensor permute(params long[] permutation) => Aten.Call("permute", this, permutation);

        /// <summary>Two dimensions exchanged; shares memory.</summary>
        public Tensor transpose(long dim0, long dim1) => Aten.Call("transpose.int", this, dim0, dim1);

        /// <summary>Rows and columns of a matrix exchanged; shares memory.</summary>
        public Tensor t() => Aten.Call("t", this);

        /// <summary>The elements in row-major order; the same memory if they already are.</summary>
        public Tensor contiguous() => Aten.Call("contiguous", this);

        /// <summary>Several neighbouring dimensions joined into one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.Call("flatten.using_ints", this, start_dim, end_dim);

        /// <summary>A dimension split into several; one size may be -1.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => Aten.Call("unflatten.int", this, dim, sizes);

        /// <summary>A dimension of size 1 inserted; shares memory.</summary>
        public Tensor unsqueeze(long dim) => Aten.Call("unsqueeze", this, dim);

        /// <summary>A dimension of size 1 removed, or all of them when <paramref name="dim"/> is null; shares memory.</summary>
        public Tensor squeeze(long? dim = null) => dim is { } one ? Aten.Call("squeeze.dim", this, one) : Aten.Call("squeeze", this);

        /// <summary>Dimensions of size 1 repeated without copying; -1 keeps a size. Shares memory.</summary>
        public Tensor expand(params long[] sizes) => Aten.Call("expand", this, sizes);

        /// <summary>Dimensions of size 1 repeated without copying, to the shape of another tensor.</summary>
        public Tensor expand_as(Tensor other) => expand(other.shape);

        /// <summary>Dimensions of size 1 repeated without copying, to a shape.</summary>
        public Tensor broadcast_to(params long[] shape) => Aten.Call("broadcast_to", this, shape);

        /// <summary>The whole tensor repeated along each dimension, copied.</summary>
        public Tensor repeat(params long[] sizes) => Aten.Call("repeat", this, sizes);

        /// <summary>The elements in reverse order along the dimensions, copied.</summary>
        public Tensor flip(params long[] dims) => Aten.Call("flip", this, dims);

        /// <summary>The elements shifted along a dimension, those pushed out coming in at the other end; over all elements when <paramref name="dims"/> is null.</summary>
        public Tensor roll(long shifts, long? dims = null) => roll([shifts], dims is { } one ? [one] : []);

        /// <summary>The elements shifted along several dimensions, those pushed out coming in at the other end.</summary>
        public Tensor roll(long[] shifts, long[] dims) => Aten.Call("roll", this, shifts, dims);

        /// <summary>Pieces of <paramref name="size"/> along a dimension, the last one possibly smaller; they share memory.</summary>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
        public Tensor[] split(long size, int dim = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
            return Aten.CallMany("split.Tensor", (int)((this.size(dim) + size - 1) / size) + 1, this, size, (long)dim);
        }

        /// <summary>Pieces of the given sizes along a dimension; they share memory.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Aten.CallMany("split_with_sizes", sizes.Length, this, sizes, dim);

        /// <summary>At most <paramref name="chunks"/> pieces of equal size along a dimension, the last one possibly smaller; they share memory.</summary>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunks"/> is not positive.</exception>
        public Tensor[] chunk(long chunks, long dim = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunks);
            return Aten.CallMany("chunk", (int)chunks, this, chunks, dim);
        }

        /// <summary>The slices along a dimension, without it; they share memory.</summary>
        public Tensor[] unbind(long dimension = 0) => Aten.CallMany("unbind.int", (int)size((int)dimension), this, dimension);
    }
}
