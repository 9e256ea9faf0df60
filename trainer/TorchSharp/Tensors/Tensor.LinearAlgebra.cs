using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Matrix product over the last two dimensions, broadcast over the others.</summary>
        public Tensor matmul(Tensor target) => Aten.Call("matmul", this, target);

        /// <summary>Matrix product, <c>[n, k] · [k, m] = [n, m]</c>.</summary>
        public Tensor mm(Tensor target) => Aten.Call("mm", this, target);

        /// <summary>Matrix times vector, <c>[n, k] · [k] = [n]</c>.</summary>
        public Tensor mv(Tensor target) => Aten.Call("mv", this, target);

        /// <summary>One matrix product per batch entry, <c>[b, n, k] · [b, k, m] = [b, n, m]</c>.</summary>
        public Tensor bmm(Tensor batch2) => Aten.Call("bmm", this, batch2);

        /// <summary>Sum of the products of two vectors.</summary>
        public Tensor dot(Tensor target) => Aten.Call("dot", this, target);

        /// <summary>The lower triangle of each matrix, 0 elsewhere.</summary>
        public Tensor tril(long diagonal = 0) => Aten.Call("tril", this, diagonal);

        /// <summary>The upper triangle of each matrix, 0 elsewhere.</summary>
        public Tensor triu(long diagonal = 0) => Aten.Call("triu", this, diagonal);

        /// <summary>The diagonal of a matrix, or a matrix with the vector as its diagonal.</summary>
        public Tensor diag(long diagonal = 0) => Aten.Call("diag", this, diagonal);
    }
}
