using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The functions that networks are made of. Arguments are borrowed, results are owned by the caller.</summary>
        public static partial class functional
        {
            /// <summary>Cross-correlation of images with filters.</summary>
            /// <param name="input">Images, <c>[N, C, H, W]</c>.</param>
            /// <param name="weight">Filters, <c>[K, C / groups, kernel height, kernel width]</c>.</param>
            /// <param name="bias">One number per filter, <c>[K]</c>, or null.</param>
            /// <param name="strides">Step down and right; 1, 1 when null.</param>
            /// <param name="padding">Rows of zeros above and below, columns left and right; 0, 0 when null.</param>
            /// <param name="dilation">Distance between the pixels that a filter reads; 1, 1 when null.</param>
            /// <param name="groups">Parts into which channels and filters are split; C for a depthwise convolution.</param>
            /// <returns><c>[N, K, H', W']</c>.</returns>
            /// <exception cref="TorchException">The shapes do not fit.</exception>
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Aten.Call("conv2d", input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            /// <summary>input · weightsᵀ + bias.</summary>
            /// <param name="input">Rows of features, <c>[..., F]</c>.</param>
            /// <param name="weights"><c>[K, F]</c>.</param>
            /// <param name="bias"><c>[K]</c> or null.</param>
            /// <returns><c>[..., K]</c>.</returns>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Aten.Call("linear", input, weights, bias);

            /// <summary>Sets each element to 0 with probability <paramref name="p"/> and divides the others by 1 - p; does nothing outside training.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Aten.Call(inplace ? "dropout_" : "dropout", input, p, training);

            /// <summary>1 at each class index, 0 elsewhere.</summary>
            /// <param name="x">Class indices, <c>int64 [...]</c>.</param>
            /// <param name="num_classes">Number of classes; -1 for the largest index plus 1.</param>
            /// <returns><c>int64 [..., num_classes]</c>.</returns>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.Call("one_hot", x, num_classes);
        }
    }
}
