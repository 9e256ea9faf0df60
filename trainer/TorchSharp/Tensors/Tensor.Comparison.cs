using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether each element is equal to the target's, as truth values.</summary>
        public Tensor eq(Tensor target) => Aten.Call("eq.Tensor", this, target);

        /// <summary>Whether each element is equal to a number, as truth values.</summary>
        public Tensor eq(Scalar target) => Aten.Call("eq.Scalar", this, target);

        /// <summary>Whether each element is different from the target's, as truth values.</summary>
        public Tensor ne(Tensor target) => Aten.Call("ne.Tensor", this, target);

        /// <summary>Whether each element is different from a number, as truth values.</summary>
        public Tensor ne(Scalar target) => Aten.Call("ne.Scalar", this, target);

        /// <summary>Whether each element is less than the target's, as truth values.</summary>
        public Tensor lt(Tensor target) => Aten.Call("lt.Tensor", this, target);

        /// <summary>Whether each element is less than a number, as truth values.</summary>
        public Tensor lt(Scalar target) => Aten.Call("lt.Scalar", this, target);

        /// <summary>Whether each element is at most the target's, as truth values.</summary>
        public Tensor le(Tensor target) => Aten.Call("le.Tensor", this, target);

        /// <summary>Whether each element is at most a number, as truth values.</summary>
        public Tensor le(Scalar target) => Aten.Call("le.Scalar", this, target);

        /// <summary>Whether each element is greater than the target's, as truth values.</summary>
        public Tensor gt(Tensor target) => Aten.Call("gt.Tensor", this, target);

        /// <summary>Whether each element is greater than a number, as truth values.</summary>
        public Tensor gt(Scalar target) => Aten.Call("gt.Scalar", this, target);

        /// <summary>Whether each element is at least the target's, as truth values.</summary>
        public Tensor ge(Tensor target) => Aten.Call("ge.Tensor", this, target);

        /// <summary>Whether each element is at least a number, as truth values.</summary>
        public Tensor ge(Scalar target) => Aten.Call("ge.Scalar", this, target);

        /// <summary>Whether both elements of each pair are true.</summary>
        public Tensor logical_and(Tensor other) => Aten.Call("logical_and", this, other);

        /// <summary>Whether an element of each pair is true.</summary>
        public Tensor logical_or(Tensor other) => Aten.Call("logical_or", this, other);

        /// <summary>Whether exactly one element of each pair is true.</summary>
        public Tensor logical_xor(Tensor other) => Aten.Call("logical_xor", this, other);

        /// <summary>Whether all elements are close: |this - target| &lt;= atol + rtol · |target|, and the shapes fit.</summary>
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) => Aten.Ask("allclose", this, target, rtol, atol, equal_nan);

        /// <summary>Elements of this tensor where the condition holds, of <paramref name="y"/> elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Aten.Call("where.self", condition, this, y);

        /// <summary>The value where the mask is true, the elements elsewhere.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.Call("masked_fill.Scalar", this, mask, value);

        /// <summary>Writes the value where the mask is true.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Aten.Call("masked_fill_.Scalar", this, mask, value);

        /// <summary>The elements where the mask is true, as one row.</summary>
        public Tensor masked_select(Tensor mask) => Aten.Call("masked_select", this, mask);

        /// <summary>Positions of the elements that are not 0, <c>int64 [count, dimensions]</c>.</summary>
        public Tensor nonzero() => Aten.Call("nonzero", this);
    }
}
