using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>The torch form of each activation.</summary>
internal static class TorchActivations
{
    /// <summary>Applies a function to every value.</summary>
    /// <param name="function">Which one.</param>
    /// <param name="input">The values. Borrowed.</param>
    /// <param name="overwrite">Whether the values may be overwritten by the results, which saves the memory's time.</param>
    /// <param name="precision">The number format of the step.</param>
    internal static Tensor Run(ActivationKind function, Tensor input, bool overwrite, PrecisionMode precision) => function switch
    {
        ActivationKind.Relu => F.relu(input, overwrite),
        ActivationKind.Relu6 => precision == PrecisionMode.Bf16 ? Relu6InBf16(input) : F.relu6(input, overwrite),
        ActivationKind.Sigmoid => input.sigmoid(),
        ActivationKind.Tanh => input.tanh(),
        ActivationKind.Silu => input.silu(),
        ActivationKind.Gelu => F.gelu(input),
        ActivationKind.Hardsigmoid => F.hardsigmoid(input),
        ActivationKind.Hardswish => F.hardswish(input),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "This activation has no torch form."),
    };

    /// <summary>As clamp_max of relu: hardtanh has no bf16 backward in libtorch 1.13.</summary>
    private static Tensor Relu6InBf16(Tensor input)
    {
        using Tensor positive = F.relu(input);
        return positive.clamp_max(6);
    }
}
