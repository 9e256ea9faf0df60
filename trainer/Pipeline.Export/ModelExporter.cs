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

namespace Pipeline.Export;

/// <summary>
/// Writes a checkpoint as one ONNX file, opset 17 and IR 8: input <c>image</c> uint8 <c>[N, H, W, 3]</c>, normalisation inside, batch-norm folded, outputs <c>logits</c> and
/// <c>probabilities</c> <c>[N, K]</c>, contract in the metadata. Equal checkpoints give equal bytes.
/// </summary>
public static class ModelExporter
{
    /// <summary>ONNX operator set that is written.</summary>
    public const int Opset = 17;

    private const int IrVersion = 8;
    private const int LargestFileBytes = int.MaxValue;   // protobuf's own limit; there is one file to ship, so no external data

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="checkpoint">Network, weights and contract. Borrowed.</param>
    /// <param name="path">Path of the ONNX file; replaced when it exists.</param>
    /// <exception cref="ExportException">The network has an operation without an ONNX form, contradicts its contract, or is larger than 2 GiB.</exception>
    public static void Export(Checkpoint checkpoint, string path)
    {
        ModelProto model = Build(checkpoint.Spec.Build(), checkpoint.Weights, checkpoint.Contract);
        if (model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > LargestFileBytes - (64 << 20))
        {
            throw new ExportException($"Model '{path}' would be larger than 2 GiB, which one ONNX file cannot be. Use a smaller head or backbone.") { Subject = path };
        }

        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Builds the model in memory; tensors that no pass changed are shared, not copied.</summary>
    internal static ModelProto Build(NetworkGraph graph, WeightSet weights, ModelContract contract)
    {
        Checkpoint.Check(graph, weights, graph.Name);
        ImageSize size = contract.Preprocessing.Size;
        if (graph.Output.OutputShape != FeatureShape.Vector(contract.Labels.Count) || graph.Input != FeatureShape.Map(3, size.Height, size.Width))
        {
            throw new ExportException($"Network '{graph.Name}' takes {graph.Input} and gives {graph.Output.OutputShape}, its contract says {size} and {contract.Labels.Count} labels. Train again.");
        }

        var start = new NetworkModel(graph, weights.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        NetworkModel model = FoldStandardize.Apply(FoldBatchNorm.Apply(RemoveDropout.Apply(start)));
        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Pipeline",
            Graph = WriteGraph(model, contract),
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = Opset });
        proto.MetadataProps.AddRange(contract.ToMetadata().Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return proto;
    }

    private static GraphProto WriteGraph(NetworkModel model, ModelContract contract)
    {
        var writer = new OnnxGraphWriter(model.Graph.Name);
        var operations = new OperationWriter(writer, model.Weights);
        ImageSize size = contract.Preprocessing.Size;
        writer.Graph.Input.Add(OnnxGraphWriter.Value(ModelContract.InputName, TensorProto.Types.DataType.Uint8, size.Height, size.Width, 3));
        string input = InputWriter.Write(writer, contract.Preprocessing);
        foreach (Node node in model.Graph.Nodes)
        {
            Node renamed = node with { Inputs = [.. node.Inputs.Select(name => name == NetworkGraph.InputName ? input : name)] };
            operations.Write(renamed, node == model.Graph.Output ? ModelContract.LogitsName : node.Name);
        }

        string scaled = contract.Temperature == 1
            ? ModelContract.LogitsName
            : writer.Add("Div", "logits.scaled", [ModelContract.LogitsName, writer.AddConstant("temperature", [], (float)contract.Temperature)]);
        writer.Add("Softmax", ModelContract.ProbabilitiesName, [scaled], OnnxGraphWriter.Integer("axis", 1));
        writer.Graph.Output.Add(OnnxGraphWriter.Value(ModelContract.LogitsName, TensorProto.Types.DataType.Float, contract.Labels.Count));
        writer.Graph.Output.Add(OnnxGraphWriter.Value(ModelContract.ProbabilitiesName, TensorProto.Types.DataType.Float, contract.Labels.Count));
        return writer.Graph;
    }
}
