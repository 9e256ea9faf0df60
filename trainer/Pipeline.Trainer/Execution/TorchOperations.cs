using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Execution;

/// <summary>The torch form of each operation of the network graph. Results are owned by the caller.</summary>
/// <param name="parameter">Finds a tensor of the network by its state-dict key. Borrowed.</param>
internal sealed class TorchOperations(Func<string, Tensor> parameter)
{
    /// <summary>Computes one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Results of its inputs, each with a batch dimension in front. Borrowed.</param>
    /// <param name="mode">How dropout and batch-norm behave.</param>
    /// <param name="overwrite">
    /// Whether the first input may be overwritten: nobody else reads it, and its own node's backward does without it.
    /// </param>
    /// <exception cref="ShapeException">The operation has no torch form.</exception>
    internal Tensor Run(Node node, Tensor[] inputs, ForwardMode mode, bool overwrite = false)
    {
        Tensor input = inputs[0];
        return node.Operation switch
        {
            Conv2d convolution => Convolve(node, convolution, input, mode),
            PixelLinear => Convolve1x1(node, input, mode),
            BatchNorm2d norm => BatchNorm(node, norm, input, mode),
            ChannelNorm norm => AtLeastFloat32(input, values => NormalizeChannels(node, norm, values)),
            Linear linear => MultiplyByWeight(node, linear, input, mode),
            Standardize => Standardized(node, input),
            Activation activation => TorchActivations.Run(activation.Function, input, overwrite),
            Dropout dropout => mode.Dropout ? F.dropout(input, dropout.Rate, training: true) : input.alias(),
            StochasticDepth depth => mode.Dropout ? DropImages(input, depth.Rate) : input.alias(),
            MaxPool2d pool => TorchPools.Max(pool, input),
            AvgPool2d pool => TorchPools.Average(node.Name, pool, input),
            AdaptiveAvgPool2d pool => F.adaptive_avg_pool2d(input, TorchPools.Pair(pool.Size)), // [N, C, h, w]
            GlobalAveragePool => input.mean([2, 3]), // [N, C]
            Flatten => input.flatten(1), // [N, C H W]
            Add => Sum(inputs, overwrite),
            Multiply => input * inputs[1], // [N, C, H, W] * [N, C, 1, 1]
            ScaledAdd => ScaledSum(node, input, inputs[1]),
            Concat => cat(inputs, 1), // [N, sum of C, H, W]
            // [N, groups]
            GroupClasses grouping => AtLeastFloat32(input, logits => TorchScores.Group(grouping, logits)),
            BinaryScores => AtLeastFloat32(input, TorchScores.Binary), // [N, 2]
            _ => throw new ShapeException($"Node '{node.Name}': operation {node.Operation.Kind} has no torch form."),
        };
    }

    private Tensor Parameter(Node node, string suffix) => parameter($"{node.Name}.{suffix}");

    /// <summary>
    /// What a product multiplies, in the step's number format: as PyTorch's autocast does it, products and convolutions
    /// compute in 16 bits, everything else in the format of what it is given, norms and scores in 32.
    /// </summary>
    private static Tensor Cast(Tensor values, ForwardMode mode) =>
        mode.Precision == PrecisionMode.Bf16 ? values.to(bfloat16) : values.alias();

    /// <summary>
    /// Scores and norms of 16-bit values are computed in 32; a reference in float64 stays what it is.
    /// </summary>
    private static Tensor AtLeastFloat32(Tensor input, Func<Tensor, Tensor> compute)
    {
        using Tensor values = input.dtype == bfloat16 ? input.to(float32) : input.alias();
        return compute(values);
    }

    private Tensor MultiplyByWeight(Node node, Linear linear, Tensor input, ForwardMode mode)
    {
        using Tensor values = Cast(input, mode),
            weight = Cast(Parameter(node, "weight"), mode);
        using Tensor? bias = linear.HasBias ? Cast(Parameter(node, "bias"), mode) : null;
        return F.linear(values, weight, bias); // [N, O]
    }

    private Tensor Convolve(Node node, Conv2d convolution, Tensor input, ForwardMode mode)
    {
        Window window = convolution.Window;
        using Tensor values = Cast(input, mode),
            weight = Cast(Parameter(node, "weight"), mode);
        using Tensor? bias = convolution.HasBias ? Cast(Parameter(node, "bias"), mode) : null;
        if (window.Padding.IsSymmetric)
        {
            return F.conv2d(
                values,
                weight,
                bias,
                TorchPools.Pair(window.Stride),
                [window.Padding.Top, window.Padding.Left],
                groups: convolution.Groups
            );
        }

        using Tensor padded = F.pad(
            values,
            [window.Padding.Left, window.Padding.Right, window.Padding.Top, window.Padding.Bottom]
        );
        return F.conv2d(padded, weight, bias, TorchPools.Pair(window.Stride), groups: convolution.Groups);
    }

    private Tensor Convolve1x1(Node node, Tensor input, ForwardMode mode)
    {
        Tensor weight = Parameter(node, "weight");
        using Tensor values = Cast(input, mode),
            cast = Cast(weight, mode),
            bias = Cast(Parameter(node, "bias"), mode);
        using Tensor kernel = cast.view(weight.shape[0], weight.shape[1], 1, 1);
        return F.conv2d(values, kernel, bias); // [N, O, H, W]
    }

    private Tensor BatchNorm(Node node, BatchNorm2d norm, Tensor input, ForwardMode mode)
    {
        bool training = mode.BatchNormNodes?.Contains(node.Name) ?? false;
        return F.batch_norm(
            input,
            Parameter(node, "running_mean"),
            Parameter(node, "running_var"),
            norm.HasScale ? Parameter(node, "weight") : null,
            Parameter(node, "bias"),
            training,
            training ? mode.BatchNormMomentum ?? norm.Momentum : norm.Momentum,
            norm.Epsilon
        );
    }

    private Tensor NormalizeChannels(Node node, ChannelNorm norm, Tensor input)
    {
        long[] channels = [node.InputShape.Channels];
        if (!node.InputShape.IsMap)
        {
            // [N, C]
            return F.layer_norm(input, channels, Parameter(node, "weight"), Parameter(node, "bias"), norm.Epsilon);
        }

        using Tensor pixels = input.permute(0, 2, 3, 1);
        using Tensor normalized = F.layer_norm(
            pixels,
            channels,
            Parameter(node, "weight"),
            Parameter(node, "bias"),
            norm.Epsilon
        );
        return normalized.permute(0, 3, 1, 2); // [N, C, H, W]
    }

    private Tensor Standardized(Node node, Tensor input)
    {
        using Tensor centred = input - Parameter(node, "mean");
        return centred / Parameter(node, "std"); // [N, F]
    }

    private Tensor ScaledSum(Node node, Tensor branch, Tensor shortcut)
    {
        using Tensor scaled = branch * Parameter(node, "layer_scale");
        return scaled + shortcut;
    }

    /// <summary>Whole images of a branch to zero, the others scaled so that the mean stays.</summary>
    private static Tensor DropImages(Tensor input, double rate)
    {
        long[] perImage = [input.shape[0], .. Enumerable.Repeat(1L, (int)input.dim() - 1)];
        using Tensor factors = ones(perImage, dtype: input.dtype, device: input.device);
        factors.bernoulli_(1 - rate);
        using Tensor scaled = factors / (1 - rate);
        return input * scaled;
    }

    private static Tensor Sum(Tensor[] terms, bool overwrite)
    {
        Tensor sum = overwrite ? terms[0].add_(terms[1]) : terms[0] + terms[1];
        foreach (Tensor term in terms.Skip(2))
        {
            using Tensor partial = sum;
            sum = partial + term;
        }

        return sum;
    }
}
