using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Export.Onnx;

namespace Pipeline.Export;

/// <summary>
/// Gives an ONNX classifier made elsewhere our contract: input and scores get our names, a softmax is added unless the
/// graph ends in one, labels and preprocessing go into the metadata. Layers and weights stay as they are.
/// </summary>
internal static class ForeignModel
{
    /// <summary>
    /// Writes the classifier with its contract, whole or not at all. Whether it can be served is for the inference
    /// package to say.
    /// </summary>
    /// <param name="source">Path of the foreign ONNX file.</param>
    /// <param name="foreign">What a person says about it.</param>
    /// <param name="golden">The self-test to embed; <c>null</c> for none.</param>
    /// <param name="path">Path of the file to write.</param>
    /// <exception cref="ModelContractException">
    /// The file is no ONNX classifier with one image input of a supported kind, or contradicts the contract.
    /// </exception>
    public static void Embed(string source, ForeignContract foreign, GoldenSample? golden, string path)
    {
        ArgumentNullException.ThrowIfNull(foreign);
        ModelProto model = Read(source);
        if (
            model.Graph.Initializer.FirstOrDefault(tensor =>
                tensor.DataLocation == TensorProto.Types.DataLocation.External
            ) is
            { } outside
        )
        {
            throw Refuse(source, $"its tensor '{outside.Name}' lies in another file. Save it as one file");
        }

        GraphProto graph = model.Graph;
        ValueInfoProto input = ChooseInput(source, graph, foreign.Input);
        CheckInput(source, input, foreign.Contract.Preprocessing);
        ValueInfoProto output = Choose(source, "output", graph.Output, foreign.Output);
        CheckOutput(source, output, foreign.Contract.Labels.Count);
        NodeProto? softmax = graph.Node.FirstOrDefault(node =>
            node.OpType == "Softmax" && (node.Output[0] == output.Name || node.Input[0] == output.Name)
        );
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [input.Name] = ModelContract.InputName };
        names[softmax?.Input[0] ?? output.Name] = ModelContract.LogitsName;
        if (softmax is not null)
        {
            names[softmax.Output[0]] = ModelContract.ProbabilitiesName;
        }

        TensorNames.Rename(
            graph,
            names,
            [ModelContract.InputName, ModelContract.LogitsName, ModelContract.ProbabilitiesName],
            source
        );
        if (softmax is null)
        {
            new OnnxGraphWriter(graph).Add(
                "Softmax",
                ModelContract.ProbabilitiesName,
                [ModelContract.LogitsName],
                OnnxGraphWriter.Integer("axis", 1)
            );
        }

        Declare(graph, input, output);
        foreach (
            StringStringEntryProto old in model
                .MetadataProps.Where(entry => entry.Key.StartsWith("pipeline.", StringComparison.Ordinal))
                .ToArray()
        )
        {
            model.MetadataProps.Remove(old);
        }

        ModelContract contract = foreign.Contract with { Golden = golden };
        model.MetadataProps.AddRange(
            contract.ToMetadata().Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value })
        );
        AtomicFile.Write(path, model.WriteTo);
    }

    private static ModelProto Read(string source)
    {
        try
        {
            using FileStream stream = File.OpenRead(source);
            ModelProto model = ModelProto.Parser.ParseFrom(stream);
            return model.Graph is { Node.Count: > 0 } ? model : throw Refuse(source, "it holds no graph");
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Refuse(source, $"it is no ONNX file ({error.Message.TrimEnd('.')})", error);
        }
        catch (Exception error)
            when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw Refuse(source, error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>The image: initializers are listed among the inputs by IR versions before 4.</summary>
    private static ValueInfoProto ChooseInput(string source, GraphProto graph, string? name)
    {
        var initializers = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        ValueInfoProto[] inputs = [.. graph.Input.Where(value => !initializers.Contains(value.Name))];
        return inputs.Length <= 1
            ? Choose(source, "input", inputs, name)
            : throw Refuse(
                source,
                $"it has {inputs.Length} inputs ({string.Join(", ", inputs.Select(value => value.Name))}), "
                    + "a classifier of images has one"
            );
    }

    private static ValueInfoProto Choose(string source, string kind, IEnumerable<ValueInfoProto> values, string? name)
    {
        ValueInfoProto[] candidates = [.. values.Where(value => name is null || value.Name == name)];
        string known = string.Join(", ", values.Select(value => value.Name));
        return candidates.Length == 1
            ? candidates[0]
            : throw Refuse(
                source,
                candidates.Length == 0
                    ? $"it has no {kind} '{name}', only {known}"
                    : $"it has several {kind}s ({known}); say in the contract file which one with \"{kind}\""
            );
    }

    private static void CheckInput(string source, ValueInfoProto input, Preprocessing preprocessing)
    {
        ImageSize size = preprocessing.Size;
        (TensorProto.Types.DataType type, long[] expected) = preprocessing.IsInGraph
            ? (TensorProto.Types.DataType.Uint8, new long[] { size.Height, size.Width, 3 })
            : (TensorProto.Types.DataType.Float, [3, size.Height, size.Width]);
        TypeProto.Types.Tensor found = input.Type?.TensorType ?? new TypeProto.Types.Tensor();
        bool fits =
            found.ElemType == (int)type
            && found.Shape?.Dim.Count == 4
            && IsOpen(found.Shape.Dim[0])
            && found
                .Shape.Dim.Skip(1)
                .Zip(expected)
                .All(pair => IsOpen(pair.First) || pair.First.DimValue == pair.Second);
        if (!fits)
        {
            string wanted = preprocessing.IsInGraph
                ? "pixels, since its contract says that the graph normalises; \"inGraph\": [] says that the caller does"
                : "normalised images, since its contract has \"inGraph\": []";
            throw Refuse(
                source,
                $"its input '{input.Name}' is {Describe(found)}, expected {type.ToString().ToLowerInvariant()} [N, "
                    + $"{string.Join(", ", expected)}] with N dynamic ({wanted})"
            );
        }
    }

    private static void CheckOutput(string source, ValueInfoProto output, int classes)
    {
        TypeProto.Types.Tensor found = output.Type?.TensorType ?? new TypeProto.Types.Tensor();
        bool isKnown = found.Shape?.Dim is { Count: > 0 };
        bool fits =
            found.ElemType == (int)TensorProto.Types.DataType.Float
            && (
                !isKnown
                || (
                    found.Shape?.Dim.Count == 2
                    && (IsOpen(found.Shape.Dim[1]) || found.Shape.Dim[1].DimValue == classes)
                )
            );
        if (!fits)
        {
            throw Refuse(
                source,
                $"its output '{output.Name}' is {Describe(found)}, its contract has {classes} labels, "
                    + $"so expected float [N, {classes}]"
            );
        }
    }

    /// <summary>
    /// Our declarations in the place of the graph's own; the sizes were checked, and scoring checks them again.
    /// </summary>
    private static void Declare(GraphProto graph, ValueInfoProto input, ValueInfoProto output)
    {
        input.Name = ModelContract.InputName;
        ValueInfoProto logits = output.Clone();
        logits.Name = ModelContract.LogitsName;
        ValueInfoProto probabilities = output.Clone();
        probabilities.Name = ModelContract.ProbabilitiesName;
        graph.Output.Clear();
        graph.Output.Add(logits);
        graph.Output.Add(probabilities);
    }

    private static bool IsOpen(TensorShapeProto.Types.Dimension dimension) =>
        dimension.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue;

    private static string Describe(TypeProto.Types.Tensor tensor)
    {
        IEnumerable<string> sizes =
            tensor.Shape?.Dim.Select(dimension =>
                IsOpen(dimension)
                    ? dimension.DimParam is { Length: > 0 } name
                        ? name
                        : "?"
                    : FormattableString.Invariant($"{dimension.DimValue}")
            )
            ?? [];
        return $"{((TensorProto.Types.DataType)tensor.ElemType).ToString().ToLowerInvariant()} "
            + $"[{string.Join(", ", sizes)}]";
    }

    private static ModelContractException Refuse(string source, string fault, Exception? inner = null) =>
        new($"'{source}' cannot get a contract: {fault}.", inner) { Subject = source, Found = fault };
}
