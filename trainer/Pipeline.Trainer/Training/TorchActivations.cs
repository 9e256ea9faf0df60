using Pipeline.Networks.Graph;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>The torch form of each activation.</summary>
internal static class TorchActivations
{
    /// <summary>Applies a function to every value.</summary>
    internal static Tensor Run(ActivationKind function, Tensor input) => function switch
    {
        ActivationKind.Relu => F.relu(input),
        ActivationKind.Relu6 => Relu6(input),
        ActivationKind.Sigmoid => input.sigmoid(),
        ActivationKind.Tanh => input.tanh(),
        ActivationKind.Silu => input.silu(),
        ActivationKind.Gelu => F.gelu(input),
        ActivationKind.Hardsigmoid => F.hardsigmoid(input),
        ActivationKind.Hardswish => F.hardswish(input),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "This activation has no torch form."),
    };

    /// <summary>As clamp_max of relu: hardtanh has no bf16 backward in libtorch 1.13.</summary>
    private static Tensor Relu6(Tensor input)
    {
        using Tensor positive = F.relu(input);
        return positive.clamp_max(6);
    }
}
