using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Holds a graph from elsewhere against what its preprocessing file says, and finds out how to call it. Whatever does
/// not fit is refused here, with the key that would mend it.
/// </summary>
internal static class ForeignGraph
{
    private const int TrialImages = 2;

    /// <summary>Makes the contract and the wiring.</summary>
    /// <param name="native">The native session. Borrowed.</param>
    /// <param name="options">Options with a preprocessing file.</param>
    /// <param name="modelPath">Path for messages.</param>
    /// <returns>A contract with labels and preprocessing only, and how the graph is called.</returns>
    /// <exception cref="ModelContractException">
    /// The file cannot be used, contradicts the graph, or the model has a contract of its own.
    /// </exception>
    internal static (ModelContract Contract, GraphWiring Wiring) Wire(
        InferenceSession native,
        ScoringOptions options,
        string modelPath
    )
    {
        string path = options.PreprocessingFile ?? string.Empty;
        if (NativeMetadata.Read(native, modelPath).ContainsKey("pipeline.contract"))
        {
            throw new ModelContractException(
                $"Model '{modelPath}' carries its own preprocessing, and '{path}' was given as well. "
                    + "Leave the file out."
            )
            {
                Subject = modelPath,
            };
        }

        if (options.Features)
        {
            throw new ModelContractException(
                $"Model '{modelPath}' comes from elsewhere, so it has no output '{ModelContract.FeaturesName}' that "
                    + "is known. Score it without the features."
            )
            {
                Subject = modelPath,
            };
        }

        ForeignModelFile file = ForeignModelFile.Read(path, options.LabelsFile);
        var check = new Check(modelPath, path);
        (string inputName, NodeMetadata input) = check.Find("input", native.InputMetadata, file.Input);
        check.Require(
            native.InputMetadata.Count == 1,
            $"it has {native.InputMetadata.Count} inputs ({string.Join(", ", native.InputMetadata.Keys)}), expected 1"
        );
        (string outputName, NodeMetadata output) = check.Find("output", native.OutputMetadata, file.Output);
        bool isChannelsFirst = ReadInput(check, inputName, input, file);
        check.Output(outputName, output, file.Labels, input.Dimensions[0]);
        var wiring = new GraphWiring
        {
            Input = inputName,
            InputType = input.ElementDataType,
            IsChannelsFirst = isChannelsFirst,
            Packer = MakePacker(check, input.ElementDataType, isChannelsFirst, file.Preprocessing),
            FixedBatch = Math.Max(input.Dimensions[0], 0),
            Logits = file.AreProbabilities ? null : outputName,
            Probabilities = file.AreProbabilities ? outputName : null,
            ScoreShape = [file.Labels.Count, .. Enumerable.Repeat(1L, output.Dimensions.Length - 2)],
        };
        return (new ModelContract { Labels = file.Labels, Preprocessing = file.Preprocessing }, wiring);
    }

    /// <summary>Scores two synthetic images: scores that are not of the kind that the file says are refused.</summary>
    /// <param name="session">The model. Borrowed.</param>
    /// <param name="wiring">How it is called.</param>
    /// <exception cref="ModelContractException">They are not.</exception>
    internal static void Try(ScoringSession session, GraphWiring wiring)
    {
        byte[] pixels = new byte[TrialImages * session.Contract.Preprocessing.Size.RgbBytes];
        GoldenSample.FillPixels(pixels, TrialImages, session.Contract.Preprocessing.Size);
        using ScoreBatch scores = session.Score(pixels, TrialImages);
        bool areLogits = wiring.Probabilities is null;
        bool lookLikeProbabilities = true;
        for (int row = 0; row < TrialImages; row++)
        {
            double sum = 0;
            foreach (float score in areLogits ? scores.Logits(row) : scores.Probabilities(row))
            {
                lookLikeProbabilities &= score >= 0;
                sum += score;
            }

            lookLikeProbabilities &= Math.Abs(sum - 1) < 1e-3;
        }

        if (lookLikeProbabilities == areLogits)
        {
            throw new ModelContractException(
                areLogits
                    ? $"Model '{session.ModelPath}': the scores '{wiring.Logits}' are not negative and sum to 1, "
                        + "so they are probabilities. Say \"scores\": "
                        + $"\"probabilities\" in '{session.Options.PreprocessingFile}'."
                    : $"Model '{session.ModelPath}': the scores '{wiring.Probabilities}' of a synthetic image do "
                        + "not sum to 1, so they are no probabilities. Say \"scores\": "
                        + $"\"logits\" in '{session.Options.PreprocessingFile}'."
            )
            {
                Subject = session.ModelPath,
            };
        }
    }

    private static bool ReadInput(Check check, string name, NodeMetadata node, ForeignModelFile file)
    {
        ImageSize size = file.Preprocessing.Size;
        int[] shape = node.Dimensions;
        check.Require(
            node.IsTensor
                && node.ElementDataType is TensorElementType.Float or TensorElementType.UInt8
                && shape.Length == 4,
            $"input '{name}' is {TensorSignature.From(name, node)}, expected float32 or uint8 with 4 axes"
        );
        bool canBeFirst = Fits(shape[1], 3) && Fits(shape[2], size.Height) && Fits(shape[3], size.Width);
        bool canBeLast = Fits(shape[1], size.Height) && Fits(shape[2], size.Width) && Fits(shape[3], 3);
        check.Require(
            canBeFirst || canBeLast,
            $"input '{name}' is {TensorSignature.From(name, node)}, which takes no images of {size}: "
                + "correct width and height"
        );
        check.Require(
            file.IsChannelsFirst is not null || canBeFirst != canBeLast,
            $"input '{name}' is {TensorSignature.From(name, node)}, which shows no layout: add \"layout\": "
                + "\"nchw\" or \"nhwc\""
        );
        bool isFirst = file.IsChannelsFirst ?? canBeFirst;
        check.Require(
            isFirst ? canBeFirst : canBeLast,
            $"input '{name}' is {TensorSignature.From(name, node)}, which is not the layout that the file says"
        );
        return isFirst;
    }

    private static bool Fits(int length, int expected) => length == expected || length < 0;

    private static IInputPacker? MakePacker(
        Check check,
        TensorElementType type,
        bool isChannelsFirst,
        Preprocessing rules
    )
    {
        if (type == TensorElementType.Float)
        {
            return rules.IsInGraph
                ? new InputPacker<float>(ChannelOrder.Rgb, isChannelsFirst, (value, _) => value)
                : GraphWiring.Normalizer(rules, isChannelsFirst);
        }

        bool isPlain = rules.Scale == 1 && rules.Mean.All(mean => mean == 0) && rules.Std.All(std => std == 1);
        check.Require(
            rules.IsInGraph || isPlain,
            "its input is uint8, so nobody but the graph can normalise: leave \"inGraph\" out, or say scale 1, "
                + "mean 0, std 1"
        );
        ChannelOrder order = rules.IsInGraph ? ChannelOrder.Rgb : rules.ChannelOrder;
        return order == ChannelOrder.Rgb && !isChannelsFirst
            ? null
            : new InputPacker<byte>(order, isChannelsFirst, (value, _) => value);
    }

    /// <summary>The checks, which all end in the same message.</summary>
    private sealed class Check(string modelPath, string filePath)
    {
        internal void Require(bool isRight, string fault)
        {
            if (!isRight)
            {
                throw new ModelContractException($"Model '{modelPath}' does not fit '{filePath}': {fault}.")
                {
                    Subject = modelPath,
                    Found = fault,
                };
            }
        }

        internal (string Name, NodeMetadata Node) Find(
            string kind,
            IReadOnlyDictionary<string, NodeMetadata> nodes,
            string? name
        )
        {
            Require(
                name is not null || nodes.Count == 1,
                $"it has the {kind}s {string.Join(", ", nodes.Keys)}: say which with \"{kind}\""
            );
            name ??= nodes.Keys.First();
            Require(nodes.ContainsKey(name), $"it has no {kind} '{name}', only {string.Join(", ", nodes.Keys)}");
            return (name, nodes[name]);
        }

        internal void Output(string name, NodeMetadata node, LabelSet labels, int batch)
        {
            int[] shape = node.Dimensions;
            bool isScores =
                node.IsTensor
                && node.ElementDataType == TensorElementType.Float
                && shape.Length >= 2
                && shape.Skip(2).All(length => length == 1)
                && (batch < 0 || Fits(shape[0], batch));
            Require(
                isScores,
                $"output '{name}' is {TensorSignature.From(name, node)}, expected float32 [N, K], "
                    + "or with axes of length 1 behind"
            );
            Require(
                Fits(shape[1], labels.Count),
                $"output '{name}' has {shape[1]} classes, and there are {labels.Count} labels"
            );
        }
    }
}
