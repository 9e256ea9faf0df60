using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Bench.Referee;

/// <summary>
/// Writes networks for the referees: each in a folder of its own with every variant of the exported file, its weights
/// and images (<c>weights.safetensors</c>), and the network graph as data (<c>network.json</c>), from which
/// <c>bench/peers/referee.py</c> builds it again in PyTorch.
/// </summary>
internal static class RefereeExport
{
    internal const int Images = 3;

    /// <summary>
    /// End of the name of a network whose files are wrong on purpose: a referee that does not see it is none.
    /// </summary>
    internal const string Fault = ", fault";

    private const string FaultyNetwork = "resnet-18";
    private const string FaultyTensor = "layer2.0.bn1.running_var";

    /// <summary>File name of each variant.</summary>
    internal static readonly IReadOnlyList<(string Name, ExportOptions Options)> Variants =
    [
        ("default", new ExportOptions()),
        ("features", new ExportOptions { Features = true }),
        ("float32-input", new ExportOptions { Input = ExportInput.Float32 }),
        ("fp16", new ExportOptions { Precision = ExportPrecision.Fp16 }),
        (
            "float32-input-fp16-features",
            new ExportOptions
            {
                Input = ExportInput.Float32,
                Precision = ExportPrecision.Fp16,
                Features = true,
            }
        ),
    ];

    /// <summary>With the head that every network gets, together all layers that a head can have.</summary>
    private static readonly (string Name, string Layers, int Classes)[] Heads =
    [
        ("dense", "flatten; dense: 32, activation: tanh; dropout: 0.5; dense: 16; dense: classes", 10),
        (
            "conv",
            "conv: 8, kernel: 1x3, stride: 2, groups: 4, activation: gelu; batch_norm; activation: sigmoid; "
                + "max_pool: 2; flatten; standardize; dense: classes",
            10
        ),
        ("sigmoid_unit", "global_average_pool; dense: 64; sigmoid_unit", 2),
        ("pretrained", "pretrained", NetworkCatalog.ClassifierOutputs),
        ("pretrained, grouped", "pretrained: 281-285 | 151-268 | 0+7+999", 3),
    ];

    private static readonly string[] NetworksOfHeads = ["mobilenet-v3-small", "resnet-18"];
    private static readonly int[] Sides = [128, 224, 299];
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Every network of the catalog, each at the first size that it takes, two of them with every other kind of head,
    /// and one whose files are wrong.
    /// </summary>
    internal static IEnumerable<(string Name, NetworkSpec Spec)> Catalog() =>
        [
            .. NetworkCatalog.Names.Select(name => Named(Smallest(name))),
            .. from name in NetworksOfHeads
            from head in Heads
            let spec = new NetworkSpec(
                name,
                null,
                [.. head.Layers.Split("; ").Select(HeadNotation.Read)],
                new ImageSize(Sides[0], Sides[0]),
                head.Classes
            )
            select ($"{Named(spec).Name}, {head.Name}", spec),
            ($"{Named(Smallest(FaultyNetwork)).Name}{Fault}", Smallest(FaultyNetwork)),
        ];

    /// <summary>A network by its backbone and size.</summary>
    internal static (string Name, NetworkSpec Spec) Named(NetworkSpec spec) =>
        ($"{spec.Backbone}@{spec.Size.Width}", spec);

    /// <summary>Writes the files of some networks.</summary>
    internal static void Write(string folder, IEnumerable<(string Name, NetworkSpec Spec)> networks)
    {
        foreach ((string network, NetworkSpec spec) in networks)
        {
            string target = Path.Combine(folder, network);
            Directory.CreateDirectory(target);
            Checkpoint checkpoint = Models.VariedCheckpoint(spec);
            Checkpoint exported = network.EndsWith(Fault, StringComparison.Ordinal) ? Spoil(checkpoint) : checkpoint;
            foreach ((string name, ExportOptions options) in Variants)
            {
                ModelExporter.Export(exported, Path.Combine(target, $"{name}.onnx"), options);
            }

            byte[] pixels = new byte[Images * spec.Size.RgbBytes];
            GoldenSample.FillPixels(pixels, Images, spec.Size);
            var images = new TensorData(
                "image",
                TensorElementType.UInt8,
                [Images, spec.Size.Height, spec.Size.Width, 3],
                pixels
            );
            using FileStream weights = File.Create(Path.Combine(target, "weights.safetensors"));
            new SafetensorsFile(new WeightSet([.. checkpoint.Weights, images]), new Dictionary<string, string>()).Write(
                weights
            );
            File.WriteAllText(
                Path.Combine(target, "network.json"),
                Describe(spec.Build(), checkpoint.Contract.Preprocessing).ToJsonString()
            );
            Console.WriteLine($"written {target}: {Variants.Count} variants");
        }
    }

    /// <summary>One batch-norm of twenty scales by 1 / sqrt 2.</summary>
    private static Checkpoint Spoil(Checkpoint checkpoint) =>
        checkpoint with
        {
            Weights = new WeightSet(
                checkpoint.Weights.Select(tensor =>
                    tensor.Name == FaultyTensor
                        ? TensorData.FromFloat32(
                            tensor.Name,
                            [.. tensor.Shape],
                            [.. tensor.AsFloat32().ToArray().Select(variance => 2 * variance)]
                        )
                        : tensor
                )
            ),
        };

    private static NetworkSpec Smallest(string name) =>
        Sides.Select(side => Find(name, new ImageSize(side, side))).OfType<NetworkSpec>().First();

    private static NetworkSpec? Find(string name, ImageSize size)
    {
        try
        {
            bool isMap = NetworkCatalog.Create(name, size).Output.OutputShape.IsMap;
            return new NetworkSpec(
                name,
                null,
                isMap
                    ?
                    [
                        new GlobalAveragePoolLayer(),
                        new StandardizeLayer(),
                        new DropoutLayer(0.5),
                        new DenseLayer(null),
                    ]
                    : [new StandardizeLayer(), new DenseLayer(null)],
                size,
                10
            );
        }
        catch (ShapeException)
        {
            return null; // too small for it
        }
    }

    private static JsonObject Describe(NetworkGraph graph, Preprocessing preprocessing)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        return new JsonObject
        {
            ["multiplier"] = JsonSerializer.SerializeToNode(multiplier),
            ["offset"] = JsonSerializer.SerializeToNode(offset),
            ["nodes"] = new JsonArray([
                .. graph.Nodes.Select(node =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = node.Name,
                            ["type"] = node.Operation.GetType().Name,
                            ["operation"] = JsonSerializer.SerializeToNode(
                                node.Operation,
                                node.Operation.GetType(),
                                Json
                            ),
                            ["inputs"] = new JsonArray([.. node.Inputs.Select(input => (JsonNode)input)]),
                        }
                ),
            ]),
        };
    }
}
