using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>(x - mean) / sqrt(variance + eps) · weight + bias, per channel.</summary>
            /// <param name="input"><c>[N, C, ...]</c>.</param>
            /// <param name="running_mean">Running mean per channel, <c>[C]</c>; read in evaluation, updated in training; null only in training.</param>
            /// <param name="running_var">Running unbiased variance per channel, <c>[C]</c>, likewise.</param>
            /// <param name="weight">Scale per channel, <c>[C]</c>; 1 when null.</param>
            /// <param name="bias">Shift per channel, <c>[C]</c>; 0 when null.</param>
            /// <param name="training">Normalise with the batch's own statistics and update the running ones.</param>
            /// <param name="momentum">Share of the batch in the update: running = (1 - momentum) · running + momentum · batch.</param>
            /// <param name="eps">Added to the variance.</param>
            /// <returns>Like <paramref name="input"/>.</returns>
            /// <remarks>Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1; checked against a scalar reference in <c>NormalizationTests</c>.</remarks>
            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1,
                double eps = 1e-5) =>
                Aten.Call("batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            /// <summary>(x - mean) / sqrt(variance + eps) · weight + bias over the last dimensions.</summary>
            /// <param name="input"><c>[..., normalized shape]</c>.</param>
            /// <param name="normalized_shape">Sizes of the last dimensions.</param>
            /// <param name="weight">Scale, of the normalised shape; 1 when null.</param>
            /// <param name="bias">Shift, of the normalised shape; 0 when null.</param>
            /// <param name="eps">Added to the variance, which is divided by the count and not by the count less one.</param>
            /// <returns>Like <paramref name="input"/>.</returns>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Aten.Call("layer_norm", input, normalized_shape, weight, bias, eps, true);
        }
    }
}
