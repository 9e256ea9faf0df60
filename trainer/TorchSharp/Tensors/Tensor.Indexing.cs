using System.Diagnostics.CodeAnalysis;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    [SuppressMessage("Design", "CA1043", Justification = "Tensors are indexed by TorchSharp's TensorIndex.")]
    public partial class Tensor
    {
        /// <summary>A part of the tensor, in the manner of NumPy. Slices and numbers share memory; tensors of positions or truth values copy.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices).Dispose();
        }

        /// <summary>One slice along the first dimension; shares memory.</summary>
        [SuppressMessage("Design", "CA1043", Justification = "As above.")]
        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1).Dispose();
        }

        /// <summary>A part of the tensor, in the manner of NumPy.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            (Tensor view, Tensor?[] gathered) = TensorIndexing.Apply(this, indices);
            if (gathered.Length == 0)
            {
                return view;
            }

            using (view)
            {
                return Aten.Call("index.Tensor", view, Argument.List(gathered));
            }
        }

        /// <summary>Writes the value, broadcast, to a part of the tensor.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            (Tensor view, Tensor?[] gathered) = TensorIndexing.Apply(this, indices);
            using (view)
            {
                if (gathered.Length == 0)
                {
                    Aten.Run("copy_", view, value);
                }
                else
                {
                    Aten.Run("index_put_", view, Argument.List(gathered), value);
                }
            }

            return Aten.Call("alias", this);
        }

        /// <summary>The slices along a dimension whose positions are given, <c>int64 [n]</c>, copied.</summary>
        public Tensor index_select(long dim, Tensor index) => Aten.Call("index_select", this, dim, index);

        /// <summary>One element per position: along the dimension the position comes from <paramref name="index"/>, elsewhere from its own place.</summary>
        public Tensor gather(long dim, Tensor index) => Aten.Call("gather", this, dim, index);

        /// <summary>A copy with the elements of <paramref name="src"/> written to the positions of <paramref name="index"/> along a dimension.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Aten.Call("scatter.src", this, dim, index, src);

        /// <summary>Writes the elements of <paramref name="src"/> to the positions of <paramref name="index"/> along a dimension.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Aten.Call("scatter_.src", this, dim, index, src);

        /// <summary>Adds the elements of <paramref name="src"/> to the positions of <paramref name="index"/> along a dimension.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Aten.Call("scatter_add_", this, dim, index, src);

        /// <summary>A range of a dimension; shares memory.</summary>
        public Tensor narrow(long dim, long start, long length) => Aten.Call("narrow", this, dim, start, length);

        /// <summary>One slice, without its dimension; shares memory.</summary>
        public Tensor select(long dim, long index) => Aten.Call("select.int", this, dim, index);

        /// <summary>Every <paramref name="step"/>-th slice from <paramref name="start"/> to before <paramref name="finish"/>; shares memory.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Aten.Call("slice.Tensor", this, dim, start, finish, step);
    }
}
