using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// How pixels get into a graph and scores out of it: what differs between an exported model and one from elsewhere.
/// </summary>
internal sealed record GraphWiring
{
    /// <summary>Name of the graph's input.</summary>
    internal required string Input { get; init; }

    /// <summary>Type of its elements: float32 or uint8.</summary>
    internal required TensorElementType InputType { get; init; }

    /// <summary>Whether it is <c>[N, 3, H, W]</c> instead of <c>[N, H, W, 3]</c>.</summary>
    internal required bool IsChannelsFirst { get; init; }

    /// <summary>What the pixels need before they are that input; <c>null</c> when they are it already.</summary>
    internal required IInputPacker? Packer { get; init; }

    /// <summary>
    /// The batch that the graph was frozen at; 0 when it takes any. Fewer images are filled up with zeros, more are cut
    /// into several runs.
    /// </summary>
    internal int FixedBatch { get; init; }

    /// <summary>Output of raw scores; <c>null</c> when the graph has only probabilities.</summary>
    internal required string? Logits { get; init; }

    /// <summary>Output of probabilities; <c>null</c> when the graph has only raw scores.</summary>
    internal required string? Probabilities { get; init; }

    /// <summary>Shape of one image's scores: <c>[K]</c>, or with axes of length 1 behind.</summary>
    internal required long[] ScoreShape { get; init; }

    /// <summary>Shape of one image's features; empty when they are not asked for.</summary>
    internal long[] FeatureShape { get; init; } = [];

    /// <summary>The wiring of a model with a contract of ours.</summary>
    /// <param name="contract">The contract, which the graph was held against.</param>
    /// <param name="featureShape">Shape of the features; empty when they are not asked for.</param>
    /// <returns>The wiring.</returns>
    internal static GraphWiring FromContract(ModelContract contract, long[] featureShape)
    {
        bool isInGraph = contract.Preprocessing.IsInGraph;
        return new GraphWiring
        {
            Input = ModelContract.InputName,
            InputType = isInGraph ? TensorElementType.UInt8 : TensorElementType.Float,
            IsChannelsFirst = !isInGraph,
            Packer = isInGraph ? null : Normalizer(contract.Preprocessing, isChannelsFirst: true),
            Logits = ModelContract.LogitsName,
            Probabilities = ModelContract.ProbabilitiesName,
            ScoreShape = [contract.Labels.Count],
            FeatureShape = featureShape,
        };
    }

    /// <summary>Channel order, scale, mean and deviation as a packer.</summary>
    /// <param name="preprocessing">The rules.</param>
    /// <param name="isChannelsFirst">Layout of the input.</param>
    /// <returns>A packer into float32.</returns>
    internal static IInputPacker Normalizer(Preprocessing preprocessing, bool isChannelsFirst)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        return new InputPacker<float>(
            preprocessing.ChannelOrder,
            isChannelsFirst,
            (value, channel) =>
            {
                float scaled = value * (float)multiplier[channel]; // rounded before the sum, as a graph does
                return scaled + (float)offset[channel];
            }
        );
    }

    /// <summary>
    /// Derives what the graph does not give: probabilities = softmax(logits), or logits = ln(probabilities), for the
    /// rows from 0.
    /// </summary>
    /// <param name="buffers">The rows.</param>
    /// <param name="count">Images N.</param>
    internal void Complete(RunBuffers buffers, int count)
    {
        int classCount = (int)ScoreShape[0];
        Span<float> logits = buffers.Logits.AsSpan(0, count * classCount);
        Span<float> probabilities = buffers.Probabilities.AsSpan(0, count * classCount);
        if (Probabilities is null)
        {
            for (int start = 0; start < logits.Length; start += classCount)
            {
                Softmax(logits.Slice(start, classCount), probabilities.Slice(start, classCount));
            }
        }
        else if (Logits is null)
        {
            for (int index = 0; index < logits.Length; index++)
            {
                logits[index] = MathF.Log(MathF.Max(probabilities[index], float.Epsilon));
            }
        }
    }

    /// <summary>exp(x - max) / sum, so that large scores do not overflow.</summary>
    private static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = MathF.Max(largest, logit);
        }

        double sum = 0;
        for (int index = 0; index < logits.Length; index++)
        {
            probabilities[index] = MathF.Exp(logits[index] - largest);
            sum += probabilities[index];
        }

        foreach (ref float probability in probabilities)
        {
            probability = (float)(probability / sum);
        }
    }
}
