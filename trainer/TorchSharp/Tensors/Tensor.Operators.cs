using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    [SuppressMessage("Usage", "CA2225", Justification = "The named alternatives are add, sub, mul, div, remainder and neg.")]
    public partial class Tensor
    {
        /// <summary>Sum, broadcast.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        /// <summary>Difference, broadcast.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        /// <summary>A number minus each element.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => Interop.Aten.Call("rsub.Scalar", right, left);

        /// <summary>Product, broadcast, element by element.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        /// <summary>Quotient, broadcast.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        /// <summary>Quotient by a number.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        /// <summary>A number divided by each element.</summary>
        public static Tensor operator /(Scalar left, Tensor right)
        {
            using Tensor inverse = right.reciprocal();
            return inverse.mul(left);
        }

        /// <summary>Remainder with the divisor's sign, broadcast.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        /// <summary>Remainder with the divisor's sign.</summary>
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        /// <summary>Values with the sign changed.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>Element by element; compare references with <c>is null</c> and <see cref="object.ReferenceEquals"/>.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        /// <summary>Element by element; compare references with <c>is not null</c> and <see cref="object.ReferenceEquals"/>.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        /// <summary>Element by element.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
    }
}
