using Onnx;

namespace Pipeline.Export.Quantization;

/// <summary>
/// The pixels are bytes already. Where a convolution alone reads them normalised, x[c] = m[c] u[j(c)] + o[c], it can
/// read the bytes u themselves with one scale s and zero point z: its weights take m[c] / s and the order of the
/// channels, its bias the rest, sum of w[c] (m[c] z + o[c]). Exact but for places where the kernel lies over padding,
/// which stands for x = 0 and is taken for u = z; so it is done only when z is near every -o[c] / m[c], or there is no
/// padding.
/// </summary>
/// <remarks>
/// Worth it because normalising, moved behind the transposition by the runtime, took a fifth of an int8 MobileNetV2.
/// Checked in <c>InputFoldTests</c>.
/// </remarks>
internal sealed class InputFold
{
    private const double MostLevelsOff = 16; // of 255, at padded places

    private readonly double[] multiplier;
    private readonly double[] offset;
    private readonly int[] channels;

    private InputFold(
        NodeProto convolution,
        string source,
        HashSet<string> dropped,
        double[] multiplier,
        double[] offset,
        int[] channels
    )
    {
        Convolution = convolution;
        Source = source;
        Dropped = dropped;
        this.multiplier = multiplier;
        this.offset = offset;
        this.channels = channels;
        double zero = Enumerable.Range(0, channels.Length).Average(ZeroOf);
        Scale = new ActivationScale((float)multiplier.Average(), (byte)Math.Clamp(Math.Round(zero), 0, 255));
    }

    /// <summary>The convolution.</summary>
    internal NodeProto Convolution { get; }

    /// <summary>Name of the bytes, uint8 <c>[N, 3, H, W]</c>.</summary>
    internal string Source { get; }

    /// <summary>Results that nobody needs any more.</summary>
    internal IReadOnlySet<string> Dropped { get; }

    /// <summary>What the bytes stand for.</summary>
    internal ActivationScale Scale { get; }

    /// <summary>
    /// Looks for the pattern: Cast, then optionally Gather of channels, Mul and Add by channel, then Conv, each read by
    /// the next alone.
    /// </summary>
    internal static InputFold? Find(GraphProto graph, Initializers constants, Func<NodeProto, bool> isChosen)
    {
        var makers = graph.Node.ToDictionary(node => node.Output[0], StringComparer.Ordinal);
        ILookup<string, NodeProto> readers = graph
            .Node.SelectMany(node => node.Input.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        foreach (
            NodeProto convolution in graph.Node.Where(node =>
                node.OpType == "Conv" && isChosen(node) && constants.FloatShape(node.Input[1]) is [_, 3, ..]
            )
        )
        {
            var dropped = new HashSet<string>(StringComparer.Ordinal);
            string tensor = convolution.Input[0];
            NodeProto? Step(string operatorType)
            {
                bool isIt =
                    makers.TryGetValue(tensor, out NodeProto? maker)
                    && maker.OpType == operatorType
                    && readers[tensor].Count() == 1;
                tensor = isIt && maker is not null && dropped.Add(tensor) ? maker.Input[0] : tensor;
                return isIt ? maker : null;
            }

            double[]? added = Values(constants, Step("Add"), 0),
                factors = Values(constants, Step("Mul"), 1);
            int[] order = Step("Gather") is NodeProto gather
                ? [.. constants.Integers(gather.Input[1]).Select(index => (int)index)]
                : [0, 1, 2];
            bool isPattern =
                added is not null
                && factors is not null
                && order.Order().SequenceEqual([0, 1, 2])
                && Step("Cast") is not null
                && makers.GetValueOrDefault(tensor)?.OpType == "Transpose";
            if (
                isPattern
                && added is not null
                && factors is not null
                && Array.TrueForAll(factors, factor => factor > 0)
            )
            {
                var fold = new InputFold(convolution, tensor, dropped, factors, added, order);
                bool isUnpadded = convolution
                    .Attribute.Where(attribute => attribute.Name is "pads")
                    .All(attribute => attribute.Ints.All(size => size == 0));
                double off = Enumerable
                    .Range(0, 3)
                    .Max(channel => Math.Abs(fold.ZeroOf(channel) - fold.Scale.ZeroPoint));
                return isUnpadded || off <= MostLevelsOff ? fold : null;
            }
        }

        return null;
    }

    /// <summary>
    /// The convolution's weights for the bytes, <c>[O, 3, ...]</c> in the order of the bytes' channels.
    /// </summary>
    internal float[] Weights(ReadOnlySpan<float> weights, int outputs)
    {
        var folded = new float[weights.Length];
        int kernel = weights.Length / (outputs * 3);
        for (int row = 0; row < outputs * 3; row++)
        {
            int channel = row % 3,
                target = (row - channel + channels[channel]) * kernel;
            for (int index = 0; index < kernel; index++)
            {
                folded[target + index] = (float)(weights[(row * kernel) + index] * multiplier[channel] / Scale.Scale);
            }
        }

        return folded;
    }

    /// <summary>The convolution's bias for the bytes.</summary>
    /// <param name="weights">The weights as they were, <c>[O, 3, ...]</c>.</param>
    /// <param name="bias">The bias as it was, or empty.</param>
    /// <param name="outputs">Output channels O.</param>
    internal float[] Bias(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputs)
    {
        var folded = new float[outputs];
        int kernel = weights.Length / (outputs * 3);
        for (int output = 0; output < outputs; output++)
        {
            double sum = bias.IsEmpty ? 0 : bias[output];
            for (int index = 0; index < 3 * kernel; index++)
            {
                int channel = index / kernel;
                sum +=
                    weights[(output * 3 * kernel) + index]
                    * ((multiplier[channel] * Scale.ZeroPoint) + offset[channel]);
            }

            folded[output] = (float)sum;
        }

        return folded;
    }

    /// <summary>Mean of s (u - z) per channel of the bytes, from the means of the normalised pixels.</summary>
    internal double[] Means(IReadOnlyList<double> normalized)
    {
        var means = new double[3];
        for (int channel = 0; channel < 3; channel++)
        {
            double level = (normalized[channel] - offset[channel]) / multiplier[channel];
            means[channels[channel]] = Scale.Scale * (level - Scale.ZeroPoint);
        }

        return means;
    }

    /// <summary>
    /// Three values of a constant operand, given by channel or once; <c>null</c> when the operand is anything else.
    /// </summary>
    private static double[]? Values(Initializers constants, NodeProto? node, double missing)
    {
        if (node is null)
        {
            return [missing, missing, missing];
        }

        bool fits = constants.FloatShape(node.Input[1]) is [] or [1] or [1, 1, 1, 1] or [1, 3, 1, 1] or [3, 1, 1];
        float[] values = fits ? constants.Floats(node.Input[1]) : [];
        return values.Length switch
        {
            1 => [values[0], values[0], values[0]],
            3 => [values[0], values[1], values[2]],
            _ => null,
        };
    }

    private double ZeroOf(int channel) => -offset[channel] / multiplier[channel];
}
