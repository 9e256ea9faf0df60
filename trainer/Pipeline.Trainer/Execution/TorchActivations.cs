using Pipeline.Networks.Graph;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Execution;

/// <summary>The torch form of each activation.</summary>
internal static class TorchActivations
{
    /// <summary>Applies a function to every value.</summary>
    /// <param name="function">Which one.</param>
    /// <param name="input">The values. Borrowed.</param>
    /// <param name="overwrite">
    /// Whether the values may be overwritten by the results, which saves the memory's time.
    /// </param>
    internal static Tensor Run(ActivationKind function, Tensor input, bool overwrite) =>
        function switch
        {
            ActivationKind.Relu => F.relu(input, overwrite),
            ActivationKind.Relu6 => F.relu6(input, overwrite),
            ActivationKind.Sigmoid => input.sigmoid(),
            ActivationKind.Tanh => input.tanh(),
            ActivationKind.Silu => input.silu(),
            ActivationKind.Gelu => F.gelu(input),
            ActivationKind.Hardsigmoid => F.hardsigmoid(input),
            ActivationKind.Hardswish => F.hardswish(input),
            _ => throw new ArgumentOutOfRangeException(
                nameof(function),
                function,
                "This activation has no torch form."
            ),
        };
}
