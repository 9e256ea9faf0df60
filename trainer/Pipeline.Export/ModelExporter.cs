using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Export.Onnx;
using Pipeline.Export.Passes;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Export;

/// <summary>
/// Writes a checkpoint as one ONNX file, opset 17 and IR 8: input <c>image</c>, the passes of <c>Passes</c> applied,
/// outputs <c>logits</c> and <c>probabilities</c> <c>[N, K]</c>, contract in the metadata. Equal checkpoints and
/// options give equal bytes.
/// </summary>
internal static class ModelExporter
{
    /// <summary>ONNX operator set that is written.</summary>
    public const int Opset = 17;

    private const int IrVersion = 8;

    // protobuf's own limit; there is one file to ship, so no external data
    private const int LargestFileBytes = int.MaxValue;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="checkpoint">Network, weights and contract. Borrowed.</param>
    /// <param name="path">Path of the ONNX file; replaced when it exists.</param>
    /// <param name="options">Which variant; <c>null</c> takes the defaults.</param>
    /// <returns>The contract in the file: the checkpoint's, with the variant's input and precision.</returns>
    /// <exception cref="ExportException">
    /// The network has an operation without an ONNX form, contradicts its contract, is larger than 2 GiB, or does not
    /// fit into float16.
    /// </exception>
    /// <exception cref="CheckpointException">The weights do not fit the network, or are not finite.</exception>
    public static ModelContract Export(Checkpoint checkpoint, string path, ExportOptions? options = null)
    {
        options ??= new ExportOptions();
        NetworkGraph graph = checkpoint.Spec.Build();
        string? features = options.Features ? HeadBuilder.BackboneEnd(graph).Name : null;
        ModelProto model = Build(graph, checkpoint.Weights, checkpoint.Contract, options, features);
        if (model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > LargestFileBytes - (64 << 20))
        {
            throw new ExportException(
                $"Model '{path}' would be larger than 2 GiB, which one ONNX file cannot be. "
                    + "Use a smaller head or backbone."
            )
            {
                Subject = path,
            };
        }

        AtomicFile.Write(path, model.WriteTo);
        return options.Adapt(checkpoint.Contract);
    }

    /// <summary>Builds the model in memory; tensors that no pass changed are shared, not copied.</summary>
    internal static ModelProto Build(
        NetworkGraph graph,
        WeightSet weights,
        ModelContract contract,
        ExportOptions? options = null,
        string? features = null
    )
    {
        options ??= new ExportOptions();
        Checkpoint.Check(graph, weights, graph.Name);
        CheckContract(graph, contract);
        contract = options.Adapt(contract);
        NetworkModel model = ApplyPasses(
            new NetworkModel(
                graph,
                weights.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal),
                contract.Preprocessing.IsInGraph ? InputNormalization.From(contract.Preprocessing) : null,
                features
            ),
            options.Precision
        );
        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Pipeline",
            Graph = WriteGraph(model, contract, options.Precision),
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = Opset });
        proto.MetadataProps.AddRange(
            contract.ToMetadata().Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value })
        );
        return proto;
    }

    /// <summary>Applies every pass once, in the order in which one makes room for the next.</summary>
    internal static NetworkModel ApplyPasses(NetworkModel model, ExportPrecision precision)
    {
        model = RemoveIdentities.Apply(RemoveDropout.Apply(RemoveDeadNodes.Apply(model)));
        model = FoldStandardize.Apply(FoldBatchNorm.Apply(model));

        // In float16 the first kernel, scaled for pixels up to 255, would lose its small values below 6e-5:
        // normalisation stays, in float32
        return precision == ExportPrecision.Fp32 ? FoldNormalization.Apply(model) : model;
    }

    private static void CheckContract(NetworkGraph graph, ModelContract contract)
    {
        ImageSize size = contract.Preprocessing.Size;
        FeatureShape output = graph.Output.OutputShape;
        if (graph.Input != FeatureShape.Map(3, size.Height, size.Width))
        {
            throw new ExportException(
                $"Network '{graph.Name}' takes {graph.Input}, its contract says images of {size}. Train again."
            )
            {
                Subject = graph.Name,
            };
        }

        if (output.IsMap || output.Channels < 2)
        {
            throw new ExportException(
                $"Network '{graph.Name}' gives {output} per image, a classifier gives a vector of at least 2 "
                    + "scores. Let its head end in 'dense: classes' and give it 2 classes or more."
            )
            {
                Subject = graph.Name,
                Found = output.ToString(),
            };
        }

        if (output.Channels != contract.Labels.Count)
        {
            throw new ExportException(
                $"Network '{graph.Name}' gives {output.Channels} scores per image, "
                    + $"its contract has {contract.Labels.Count} labels ({Shorten(contract.Labels)}). Train again, "
                    + "or correct the labels."
            )
            {
                Subject = graph.Name,
                Expected = $"{output.Channels} labels",
                Found = $"{contract.Labels.Count} labels",
            };
        }
    }

    private static string Shorten(LabelSet labels) =>
        labels.Count <= 5 ? labels.ToString() : $"{string.Join(", ", labels.Take(5))}, ...";

    private static GraphProto WriteGraph(NetworkModel model, ModelContract contract, ExportPrecision precision)
    {
        bool isHalf = precision == ExportPrecision.Fp16;
        var writer = new OnnxGraphWriter(new GraphProto { Name = model.Graph.Name });
        string input = InputWriter.Write(writer, contract.Preprocessing.Size, model.Normalization);
        if (isHalf)
        {
            input = writer.Cast("image.half", input, TensorProto.Types.DataType.Float16);
        }

        // A node whose result is an output has the output's name, unless a cast stands between
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [NetworkGraph.InputName] = input };
        names[model.Graph.Output.Name] = isHalf ? "logits.half" : ModelContract.LogitsName;
        if (model.Features is not null)
        {
            names[model.Features] = isHalf ? "features.half" : ModelContract.FeaturesName;
        }

        var operations = new OperationWriter(writer, model.Weights);
        foreach (Node node in model.Graph.Nodes)
        {
            operations.Write(
                node with
                {
                    Inputs = [.. node.Inputs.Select(name => names.GetValueOrDefault(name, name))],
                },
                names.GetValueOrDefault(node.Name, node.Name)
            );
        }

        if (isHalf)
        {
            writer.Cast(ModelContract.LogitsName, "logits.half", TensorProto.Types.DataType.Float);
        }

        WriteOutputs(writer, model, contract, isHalf);
        return writer.Graph;
    }

    private static void WriteOutputs(OnnxGraphWriter writer, NetworkModel model, ModelContract contract, bool isHalf)
    {
        string scaled =
            contract.Temperature == 1
                ? ModelContract.LogitsName
                : writer.Add(
                    "Div",
                    "logits.scaled",
                    [ModelContract.LogitsName, writer.AddConstant("temperature", [], (float)contract.Temperature)]
                );
        writer.Add("Softmax", ModelContract.ProbabilitiesName, [scaled], OnnxGraphWriter.Integer("axis", 1));
        writer.Graph.Output.Add(
            OnnxGraphWriter.Value(ModelContract.LogitsName, TensorProto.Types.DataType.Float, contract.Labels.Count)
        );
        writer.Graph.Output.Add(
            OnnxGraphWriter.Value(
                ModelContract.ProbabilitiesName,
                TensorProto.Types.DataType.Float,
                contract.Labels.Count
            )
        );
        if (model.Features is null)
        {
            return;
        }

        if (isHalf)
        {
            writer.Cast(ModelContract.FeaturesName, "features.half", TensorProto.Types.DataType.Float);
        }

        FeatureShape shape = model.Graph.ShapeOf(model.Features);
        writer.Graph.Output.Add(
            OnnxGraphWriter.Value(
                ModelContract.FeaturesName,
                TensorProto.Types.DataType.Float,
                shape.IsMap ? [shape.Channels, shape.Height, shape.Width] : [shape.Channels]
            )
        );
    }
}
