using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>max(x, 0).</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => Aten.Call(inplace ? "relu_" : "relu", x);

            /// <summary>min(max(x, 0), 6).</summary>
            /// <remarks>libtorch 1.13 has no bfloat16 backward for it on the CPU; <c>relu(x).clamp_max(6)</c> has one.</remarks>
            public static Tensor relu6(Tensor x, bool inplace = false) => Aten.Call(inplace ? "relu6_" : "relu6", x);

            /// <summary>x · relu6(x + 3) / 6.</summary>
            public static Tensor hardswish(Tensor input, bool inplace = false) => Aten.Call(inplace ? "hardswish_" : "hardswish", input);

            /// <summary>relu6(x + 3) / 6.</summary>
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => Aten.Call(inplace ? "hardsigmoid_" : "hardsigmoid", input);

            /// <summary>x · sigmoid(x).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => Aten.Call(inplace ? "silu_" : "silu", x);

            /// <summary>x · sigmoid(x), as 0.99.6 spells it.</summary>
            public static Tensor SiLU(Tensor x) => silu(x);

            /// <summary>x · Φ(x) with the normal distribution function Φ.</summary>
            public static Tensor gelu(Tensor x) => Aten.Call("gelu", x);

            /// <summary>1 / (1 + e^-x).</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>1 / (1 + e^-x), as 0.99.6 spells it.</summary>
            public static Tensor Sigmoid(Tensor x) => x.sigmoid();

            /// <summary>Hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x) => x.tanh();

            /// <summary>Exponentials over a dimension, divided by their sum.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>Logarithm of the softmax over a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
        }
    }
}
