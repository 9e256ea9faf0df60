using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>
/// An exported float32 model on its way to int8: static post-training quantization in QDQ form, int8 weights per output
/// channel, uint8 activations. Needs neither torch nor ONNX Runtime: whoever has a runtime feeds it what the
/// activations are on real images. Equal models, tables and options give equal bytes. Thread-safe after loading.
/// </summary>
internal sealed class QuantizableModel
{
    private static readonly string[] MovingOperators =
    [
        "Identity",
        "Flatten",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Transpose",
    ];

    private readonly ModelProto model;
    private readonly IReadOnlyList<QuantizationUnit> units;

    private QuantizableModel(ModelProto model, ModelContract contract, string source)
    {
        this.model = model;
        Contract = contract;
        units = new UnitFinder(model.Graph).Find();
        // what this leaves out, no other plan takes
        QuantizationPlan everything = QuantizationPlan.Make(units, _ => false);
        QuantizationUnit[] computing =
        [
            .. units.Where(unit => unit.Kind != UnitKind.Passing && everything.Chosen.ContainsKey(unit.Node.Output[0])),
        ];
        Nodes = [.. computing.Select(unit => unit.Name)];
        if (!units.Any(unit => unit.Kind == UnitKind.Weighted))
        {
            throw new ExportException(
                $"Model '{source}' has no Conv, Gemm or MatMul with constant float32 weights, "
                    + "so there is nothing to make int8. Give a float32 model."
            )
            {
                Subject = source,
            };
        }

        FloatOperators = CountFloatOperators([
            .. units.Where(unit => everything.Chosen.ContainsKey(unit.Node.Output[0])),
        ]);
        Tensors = [.. computing.SelectMany(unit => unit.Inputs.Append(unit.Output)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What the float32 model promises.</summary>
    public ModelContract Contract { get; }

    /// <summary>
    /// Operators that can be int8, in the order of the graph; the names that <see cref="QuantizerOptions.FloatNodes"/>
    /// takes.
    /// </summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>
    /// Number of operators by type that have no int8 form here and stand among those that have: each costs conversions
    /// to float32 and back, which is why int8 may not pay.
    /// </summary>
    public IReadOnlyDictionary<string, int> FloatOperators { get; }

    /// <summary>Activations whose range must be known, in the order of the graph.</summary>
    public IReadOnlyList<string> Tensors { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">Path of a <c>model.onnx</c> with a contract.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged or has no contract.</exception>
    /// <exception cref="ExportException">The model is int8 already, or has nothing to make int8.</exception>
    public static QuantizableModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new ModelContractException(
                $"Model '{path}' {(Directory.Exists(path) ? "is a folder" : "does not exist")}. "
                    + "Give the path of an exported .onnx file."
            )
            {
                Subject = path,
            };
        }

        ModelProto model;
        try
        {
            using FileStream stream = File.OpenRead(path);
            model = ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ModelContractException(
                $"Model '{path}' cannot be read: {error.Message} The file is damaged or no ONNX model; "
                    + "export it again.",
                error
            )
            {
                Subject = path,
            };
        }

        return From(model, path);
    }

    private SortedDictionary<string, int> CountFloatOperators(QuantizationUnit[] chosen)
    {
        HashSet<string> made = [.. chosen.SelectMany(unit => new[] { unit.Node.Output[0], unit.Output })];
        NodeProto[] nodes = [.. model.Graph.Node];
        int first = Array.FindIndex(nodes, node => made.Contains(node.Output[0])),
            last = Array.FindLastIndex(nodes, node => made.Contains(node.Output[0]));
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (
            NodeProto node in nodes[first..last]
                .Where(node => !made.Contains(node.Output[0]) && !MovingOperators.Contains(node.OpType))
        )
        {
            counts[node.OpType] = counts.GetValueOrDefault(node.OpType) + 1;
        }

        return counts;
    }

    /// <summary>Takes a model in memory. Borrowed; never changed.</summary>
    internal static QuantizableModel From(ModelProto model, string source)
    {
        var metadata = model.MetadataProps.ToDictionary(
            entry => entry.Key,
            entry => entry.Value,
            StringComparer.Ordinal
        );
        ModelContract contract = ModelContract.FromMetadata(metadata, source);
        if (!contract.Preprocessing.IsInGraph)
        {
            throw new ExportException(
                $"Model '{source}' takes normalised float32 pixels. Export it with uint8 input, which int8 starts from."
            )
            {
                Subject = source,
            };
        }

        return model.Graph.Node.Any(node => node.OpType is "QuantizeLinear" or "QLinearConv" or "QLinearMatMul")
            ? throw new ExportException(
                $"Model '{source}' is int8 already. Give the float32 model that it was made from."
            )
            {
                Subject = source,
            }
            : new QuantizableModel(model, contract, source);
    }

    /// <summary>
    /// Writes the same float32 model with every activation of <see cref="Tensors"/> as an output besides its own: for
    /// calibration, not for publication.
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public void WriteObserved(string path)
    {
        ModelProto observed = model.Clone(); // tensors are shared, not copied
        var present = observed.Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string tensor in Tensors.Where(tensor => !present.Contains(tensor)))
        {
            var type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float },
            };
            observed.Graph.Output.Add(new ValueInfoProto { Name = tensor, Type = type });
        }

        AtomicFile.Write(path, observed.WriteTo);
    }

    /// <summary>Writes the int8 model, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="table">What the activations of <see cref="Tensors"/> are on calibration images. Borrowed.</param>
    /// <param name="options">How.</param>
    /// <param name="golden">The self-test of the int8 model; <c>null</c> writes none.</param>
    /// <returns>Names of the operators that are int8, in the order of the graph.</returns>
    /// <exception cref="ExportException">
    /// An activation was not calibrated, an operator of the options does not exist, or a temperature is given and the
    /// model has none to replace.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public IReadOnlyList<string> WriteQuantized(
        string path,
        CalibrationTable table,
        QuantizerOptions options,
        GoldenSample? golden
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        (ModelProto quantized, IReadOnlyList<string> nodes) = Quantize(table, options, golden);
        AtomicFile.Write(path, quantized.WriteTo);
        return nodes;
    }

    /// <summary>Builds the int8 model in memory.</summary>
    internal (ModelProto Model, IReadOnlyList<string> Nodes) Quantize(
        CalibrationTable table,
        QuantizerOptions options,
        GoldenSample? golden
    )
    {
        string? unknown = options
            .FloatNodes.Order(StringComparer.Ordinal)
            .FirstOrDefault(name => !Nodes.Contains(name));
        if (unknown is not null)
        {
            throw new ExportException(
                $"The model has no operator '{unknown}' that could stay float32. There are: {string.Join(", ", Nodes)}."
            )
            {
                Found = unknown,
            };
        }

        QuantizationPlan plan = QuantizationPlan.Make(units, options.FloatNodes.Contains);
        var quantized = new ModelProto
        {
            IrVersion = model.IrVersion,
            ProducerName = model.ProducerName,
            Graph = new QdqWriter(model.Graph, units, plan, table, options).Write(),
        };
        quantized.OpsetImport.AddRange(model.OpsetImport);
        var provenance = new SortedDictionary<string, string>(Contract.Provenance, StringComparer.Ordinal);
        if (options.Provenance is not null)
        {
            provenance["quantization"] = options.Provenance;
        }

        double temperature = options.Temperature ?? Contract.Temperature;
        if (temperature != Contract.Temperature)
        {
            ScoreTemperature.Replace(quantized.Graph, temperature);
        }

        ModelContract contract = Contract with
        {
            Golden = golden,
            Provenance = provenance,
            Precision = options.Precision,
            Temperature = temperature,
        };
        quantized.MetadataProps.AddRange(
            contract.ToMetadata().Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value })
        );
        return (
            quantized,
            [
                .. units
                    .Where(unit => unit.Kind != UnitKind.Passing && plan.Chosen.ContainsKey(unit.Node.Output[0]))
                    .Select(unit => unit.Name),
            ]
        );
    }
}
