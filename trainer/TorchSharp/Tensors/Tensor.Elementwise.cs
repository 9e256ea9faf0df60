using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Absolute values.</summary>
        public Tensor abs() => Aten.Call("abs", this);

        /// <summary>Absolute values, in place.</summary>
        public Tensor abs_() => Aten.Call("abs_", this);

        /// <summary>Values with the sign changed.</summary>
        public Tensor neg() => Aten.Call("neg", this);

        /// <summary>Values with the sign changed, in place.</summary>
        public Tensor neg_() => Aten.Call("neg_", this);

        /// <summary>e to the power of each value.</summary>
        public Tensor exp() => Aten.Call("exp", this);

        /// <summary>e to the power of each value, in place.</summary>
        public Tensor exp_() => Aten.Call("exp_", this);

        /// <summary>Natural logarithms.</summary>
        public Tensor log() => Aten.Call("log", this);

        /// <summary>Natural logarithms, in place.</summary>
        public Tensor log_() => Aten.Call("log_", this);

        /// <summary>Square roots.</summary>
        public Tensor sqrt() => Aten.Call("sqrt", this);

        /// <summary>Square roots, in place.</summary>
        public Tensor sqrt_() => Aten.Call("sqrt_", this);

        /// <summary>Reciprocals of the square roots.</summary>
        public Tensor rsqrt() => Aten.Call("rsqrt", this);

        /// <summary>Reciprocals of the square roots, in place.</summary>
        public Tensor rsqrt_() => Aten.Call("rsqrt_", this);

        /// <summary>Reciprocals.</summary>
        public Tensor reciprocal() => Aten.Call("reciprocal", this);

        /// <summary>Reciprocals, in place.</summary>
        public Tensor reciprocal_() => Aten.Call("reciprocal_", this);

        /// <summary>Values below 0 replaced by 0.</summary>
        public Tensor relu() => Aten.Call("relu", this);

        /// <summary>Values below 0 replaced by 0, in place.</summary>
        public Tensor relu_() => Aten.Call("relu_", this);

        /// <summary>1 / (1 + e^-x).</summary>
        public Tensor sigmoid() => Aten.Call("sigmoid", this);

        /// <summary>1 / (1 + e^-x), in place.</summary>
        public Tensor sigmoid_() => Aten.Call("sigmoid_", this);

        /// <summary>Hyperbolic tangents.</summary>
        public Tensor tanh() => Aten.Call("tanh", this);

        /// <summary>Hyperbolic tangents, in place.</summary>
        public Tensor tanh_() => Aten.Call("tanh_", this);

        /// <summary>Values rounded down.</summary>
        public Tensor floor() => Aten.Call("floor", this);

        /// <summary>Values rounded down, in place.</summary>
        public Tensor floor_() => Aten.Call("floor_", this);

        /// <summary>Values rounded up.</summary>
        public Tensor ceil() => Aten.Call("ceil", this);

        /// <summary>Values rounded up, in place.</summary>
        public Tensor ceil_() => Aten.Call("ceil_", this);

        /// <summary>Values rounded to the nearest integer, halves to even.</summary>
        public Tensor round() => Aten.Call("round", this);

        /// <summary>Values rounded to the nearest integer, halves to even, in place.</summary>
        public Tensor round_() => Aten.Call("round_", this);

        /// <summary>-1, 0 or 1 by the sign.</summary>
        public Tensor sign() => Aten.Call("sign", this);

        /// <summary>-1, 0 or 1 by the sign, in place.</summary>
        public Tensor sign_() => Aten.Call("sign_", this);

        /// <summary>Squares.</summary>
        public Tensor square() => Aten.Call("square", this);

        /// <summary>Squares, in place.</summary>
        public Tensor square_() => Aten.Call("square_", this);

        /// <summary>Logarithms of 1 + x, exact for small x.</summary>
        public Tensor log1p() => Aten.Call("log1p", this);

        /// <summary>Values with the sign changed.</summary>
        public Tensor negative() => neg();

        /// <summary>x · sigmoid(x).</summary>
        public Tensor silu() => Aten.Call("silu", this);

        /// <summary>Gaussian error linear units, exact form.</summary>
        public Tensor gelu() => Aten.Call("gelu", this);

        /// <summary>Values limited to [0, 6].</summary>
        public Tensor relu6() => Aten.Call("relu6", this);

        /// <summary>x · relu6(x + 3) / 6.</summary>
        public Tensor hardswish() => Aten.Call("hardswish", this);

        /// <summary>relu6(x + 3) / 6.</summary>
        public Tensor hardsigmoid() => Aten.Call("hardsigmoid", this);

        /// <summary>Whether each value is neither infinite nor NaN.</summary>
        public Tensor isfinite() => Aten.Call("isfinite", this);

        /// <summary>Whether each value is NaN.</summary>
        public Tensor isnan() => Aten.Call("isnan", this);

        /// <summary>Whether each value is infinite.</summary>
        public Tensor isinf() => Aten.Call("isinf", this);

        /// <summary>Negation of each truth value; other values count as true unless 0.</summary>
        public Tensor logical_not() => Aten.Call("logical_not", this);

        /// <summary>Exponentials over a dimension, divided by their sum.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.Call("softmax.int", this, dim, dtype);

        /// <summary>Logarithm of <see cref="softmax"/>, without its rounding for small probabilities.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.Call("log_softmax.int", this, dim, dtype);
    }
}
