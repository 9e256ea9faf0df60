using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private const long NoIgnoredIndex = -100;

            /// <summary>Cross-entropy between class scores and targets, in nats.</summary>
            /// <param name="input">Raw scores, <c>[N, K]</c>.</param>
            /// <param name="target">Class indices, <c>int64 [N]</c>, each in [0, K), or class probabilities, <c>[N, K]</c>.</param>
            /// <param name="weight">Weight per class, <c>[K]</c>; the mean divides by the sum of the weights used.</param>
            /// <param name="ignore_index">A class index whose rows do not count.</param>
            /// <param name="reduction">How the rows are joined.</param>
            /// <param name="label_smoothing">Share of the target mass spread evenly over the classes, in [0, 1].</param>
            /// <returns>A single number, or <c>[N]</c> without reduction.</returns>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = NoIgnoredIndex, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                Aten.Call("cross_entropy_loss", input, target, weight, (long)reduction, ignore_index, label_smoothing);

            /// <summary>Minus the log-probability of the true class, in nats.</summary>
            /// <param name="input">Log-probabilities, <c>[N, K]</c>.</param>
            /// <param name="target">Class indices, <c>int64 [N]</c>, each in [0, K).</param>
            /// <param name="weight">Weight per class, <c>[K]</c>; the mean divides by the sum of the weights used.</param>
            /// <param name="reduction">How the rows are joined.</param>
            /// <returns>A single number, or <c>[N]</c> without reduction.</returns>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Aten.Call("nll_loss", input, target, weight, (long)reduction, NoIgnoredIndex);

            /// <summary>Cross-entropy of independent yes-no questions, in nats, without overflow.</summary>
            /// <param name="input">Raw scores, any shape.</param>
            /// <param name="target">Probabilities of "yes", of that shape.</param>
            /// <param name="weight">Weight per element, broadcast.</param>
            /// <param name="reduction">How the elements are joined.</param>
            /// <param name="pos_weights">Weight of "yes" per question, broadcast.</param>
            /// <returns>A single number, or the input's shape without reduction.</returns>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Aten.Call("binary_cross_entropy_with_logits", input, target, weight, pos_weights, (long)reduction);

            /// <summary>Squared difference.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Aten.Call("mse_loss", input, target, (long)reduction);
        }
    }
}
