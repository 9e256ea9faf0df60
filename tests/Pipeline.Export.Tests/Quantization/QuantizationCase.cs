using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;
using Pipeline.Inference.Calibration;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Quantization;

/// <summary>A network exported to a folder, calibrated on noise, and scored in both forms.</summary>
internal sealed class QuantizationCase : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ImageBatch images;

    internal QuantizationCase(
        NetworkGraph graph,
        CalibrationMethod method = CalibrationMethod.MinMax,
        string? features = null,
        Action<GraphProto>? change = null,
        double temperature = 1
    )
    {
        var size = new ImageSize(graph.Input.Width, graph.Input.Height);
        var preprocessing = new Preprocessing
        {
            Size = size,
            Resize = ResizeMode.Squash,
            Kernel = ResizeKernel.Bicubic,
            Antialias = true,
            Scale = 1 / 255.0,
            Mean = [0.5, 0.5, 0.5],
            Std = [0.25, 0.25, 0.25],
        };
        var labels = new LabelSet(
            Enumerable.Range(0, graph.Output.OutputShape.Channels).Select(label => $"{(char)('a' + label)}")
        );
        var contract = new ModelContract
        {
            Labels = labels,
            Preprocessing = preprocessing,
            Temperature = temperature,
        };
        ModelProto proto = ModelExporter.Build(
            graph,
            Weights(graph),
            contract,
            new ExportOptions { Features = features is not null },
            features
        );
        change?.Invoke(proto.Graph);
        File.WriteAllBytes(Float32, proto.ToByteArray());
        Model = QuantizableModel.Load(Float32);
        Table = new CalibrationTable(Model.Tensors, method);
        images = ImageBatch.Rent(8, size);
        Draw(images);
        Model.WriteObserved(folder["observed.onnx"]);
        using ActivationReader reader = ActivationReader.Open(folder["observed.onnx"], Model.Tensors, 1);
        reader.Run(images.Pixels, images.Count, Table.Observe);
    }

    internal string Float32 => folder["model.onnx"];

    internal string this[string name] => folder[name];

    internal QuantizableModel Model { get; }

    internal CalibrationTable Table { get; }

    /// <summary>Writes the int8 form.</summary>
    internal string Write(QuantizerOptions? options = null, GoldenSample? golden = null, string name = "int8.onnx")
    {
        // Seven bits: eight overflow on processors without VNNI, and a test must hold on all of them
        Model.WriteQuantized(
            folder[name],
            Table,
            (options ?? new QuantizerOptions()) with
            {
                ReduceRange = true,
            },
            golden
        );
        return folder[name];
    }

    internal static ModelProto Read(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

    /// <summary>
    /// Root of the mean squared difference of the logits from float32, over the root of float32's variance between
    /// images, or over that of its mean square.
    /// </summary>
    internal double LogitError(string path, bool isCentred = true)
    {
        float[] expected = Logits(Float32),
            actual = Logits(path);
        int classes = expected.Length / images.Count;
        double[] mean =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(label =>
                    !isCentred
                        ? 0
                        : Enumerable.Range(0, images.Count).Average(image => expected[(image * classes) + label])
                ),
        ];
        double error = expected.Zip(actual, (left, right) => Math.Pow((double)left - right, 2)).Average();
        double variance = expected.Select((value, index) => Math.Pow(value - mean[index % classes], 2)).Average();
        return Math.Sqrt(error / variance);
    }

    internal float[] Logits(string path)
    {
        using ScoringSession session = ScoringSession.Open(
            path,
            new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu }
        );
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }

    /// <summary>Logits and probabilities of all images, row by row.</summary>
    internal IReadOnlyList<(float[] Logits, float[] Probabilities)> Scores(string path)
    {
        using ScoringSession session = ScoringSession.Open(
            path,
            new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu }
        );
        using ScoreBatch scores = session.Score(images);
        return
        [
            .. Enumerable
                .Range(0, images.Count)
                .Select(row => (scores.Logits(row).ToArray(), scores.Probabilities(row).ToArray())),
        ];
    }

    /// <summary>The output <c>features</c> of all images.</summary>
    internal float[] Features(string path)
    {
        using ScoringSession session = ScoringSession.Open(
            path,
            new ScoringOptions
            {
                Threads = 1,
                Device = ScoringDevice.Cpu,
                Features = true,
            }
        );
        using ScoreBatch scores = session.Score(images);
        return [.. Enumerable.Range(0, images.Count).SelectMany(image => scores.Features(image).ToArray())];
    }

    /// <summary>
    /// Images of different colours with a slope and some noise: pure noise would be the same after the average over all
    /// places.
    /// </summary>
    private static void Draw(ImageBatch batch)
    {
        var random = new Random(1);
        for (int image = 0; image < batch.Count; image++)
        {
            Span<byte> pixels = batch.Image(image);
            double[] colour = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble())];
            for (int index = 0; index < pixels.Length; index++)
            {
                double across = (double)index / pixels.Length,
                    level =
                        colour[index % 3] + (across * (colour[3 + (index % 3)] - 0.5)) + (0.2 * random.NextDouble());
                pixels[index] = (byte)Math.Clamp(level * 230, 0, 255);
            }
        }
    }

    /// <summary>
    /// Weights that keep the size of the activations (He et al. 2015), so that deep networks say something.
    /// </summary>
    private static WeightSet Weights(NetworkGraph graph)
    {
        var random = new Random(2);
        return new WeightSet(
            graph.Parameters.Select(spec =>
            {
                double spread =
                    spec.Role == ParameterRole.Weight && spec.Shape.Length > 1
                        ? Math.Sqrt(2.0 * spec.Shape[0] / spec.Count)
                        : 0.1;
                double centre = spec.Role is ParameterRole.Scale or ParameterRole.Spread ? 1 : 0;
                float[] values =
                [
                    .. Enumerable
                        .Range(0, (int)spec.Count)
                        .Select(_ => (float)(centre + (spread * Math.Sqrt(12) * (random.NextDouble() - 0.5)))),
                ];
                return TensorData.FromFloat32(spec.Key, spec.Shape, values);
            })
        );
    }

    public void Dispose()
    {
        images.Dispose();
        folder.Dispose();
    }

    /// <summary>Every operator that can be int8, once or more.</summary>
    internal static NetworkGraph EveryOperator()
    {
        var builder = new GraphBuilder("every-operator", FeatureShape.Map(3, 16, 16));
        builder.Add("conv1", new Conv2d(8, new Window(3, 1, Padding.All(1))));
        string left = builder.Add("relu6", new Activation(ActivationKind.Relu6));
        string right = builder.Add("conv2", new Conv2d(8, new Window(1, 1, Padding.None), HasBias: false));
        builder.Add("sum", new Add(), left, right);
        builder.Add("relu_sum", new Activation(ActivationKind.Relu));
        string pooled = builder.Add("max", new MaxPool2d(new Window(2, 2, Padding.None)));
        string averaged = builder.Add("average", new AvgPool2d(new Window(3, 1, Padding.All(1)), CountPadding: false));
        builder.Add("concat", new Concat(), pooled, averaged);
        builder.Add("depthwise", new Conv2d(16, new Window(3, 1, Padding.All(1)), Groups: 16));
        builder.Add("relu_depthwise", new Activation(ActivationKind.Relu));
        builder.Add("global", new GlobalAveragePool());
        builder.Add("dense1", new Linear(12));
        builder.Add("relu_dense", new Activation(ActivationKind.Relu));
        builder.Add("dense2", new Linear(3));
        return builder.Build();
    }

    /// <summary>
    /// Every activation besides ReLU that can be int8, and channels that are weighed by a gate as in MobileNetV3 and
    /// EfficientNet.
    /// </summary>
    internal static NetworkGraph EveryActivation(int outputs = 3, Operation? scores = null)
    {
        var builder = new GraphBuilder("every-activation", FeatureShape.Map(3, 16, 16));
        builder.Add("conv1", new Conv2d(8, new Window(3, 1, Padding.All(1))));
        builder.Add("hardswish", new Activation(ActivationKind.Hardswish));
        AddGate(builder, "hard", ActivationKind.Hardsigmoid);
        builder.Add("conv2", new Conv2d(8, new Window(3, 2, Padding.All(1))));
        builder.Add("silu", new Activation(ActivationKind.Silu));
        AddGate(builder, "soft", ActivationKind.Sigmoid);
        builder.Add("conv3", new Conv2d(8, new Window(1, 1, Padding.None)));
        builder.Add("relu", new Activation(ActivationKind.Relu));
        builder.Add("global", new GlobalAveragePool());
        builder.Add("dense", new Linear(outputs));
        if (scores is not null)
        {
            builder.Add("scores", scores);
        }

        return builder.Build();
    }

    private static void AddGate(GraphBuilder builder, string name, ActivationKind function)
    {
        string map = builder.Last;
        builder.Add($"{name}.pool", new AdaptiveAvgPool2d(1));
        builder.Add($"{name}.conv", new Conv2d(builder.LastShape.Channels, new Window(1, 1, Padding.None)));
        string gate = builder.Add($"{name}.gate", new Activation(function));
        builder.Add($"{name}.product", new Multiply(), map, gate);
    }

    /// <summary>
    /// A Gemm as other exporters write it: a product with the transposed matrix, here without its bias.
    /// </summary>
    internal static void MakeMatMul(GraphProto graph, string name)
    {
        NodeProto gemm = graph.Node.Single(node => node.Name == name);
        TensorProto matrix = graph.Initializer.Single(tensor => tensor.Name == gemm.Input[1]);
        int rows = (int)matrix.Dims[0],
            columns = (int)matrix.Dims[1];
        float[] values = new Initializers(graph).Floats(matrix.Name);
        float[] transposed =
        [
            .. Enumerable.Range(0, values.Length).Select(index => values[(index % rows * columns) + (index / rows)]),
        ];
        graph.Initializer.Remove(matrix);
        graph.Initializer.Add(
            Initializers.Create<float>(matrix.Name, TensorProto.Types.DataType.Float, [columns, rows], transposed)
        );
        gemm.OpType = "MatMul";
        gemm.Attribute.Clear();
        gemm.Input.RemoveAt(2);
    }
}
