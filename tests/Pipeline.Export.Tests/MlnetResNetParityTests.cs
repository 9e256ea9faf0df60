using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Testing;

namespace Pipeline.Export.Tests;

/// <summary>
/// <c>resnet-18-cntk</c> with the weights <c>mlnet</c>, exported, beside the file that ML.NET ships, both in ONNX
/// Runtime on the same pixels. That file takes 224x224 only: for other sizes its input is widened and its 7x7 average
/// pool made global, which at 224 is the same. Our head is a dense layer that changes nothing, so logits are features.
/// </summary>
public sealed class MlnetResNetParityTests(ITestOutputHelper output)
{
    private const double RelativeTolerance = 1e-4; // of the largest feature: folded batch-norms round otherwise

    private const int FeatureCount = 512;

    private static readonly WeightsEntry Entry = WeightsRegistry.Require("mlnet", "resnet-18-cntk");

    [Theory]
    [InlineData(224, 224)]
    [InlineData(128, 128)]
    [InlineData(97, 97)] // odd: the last row and column of every halving differ
    [InlineData(97, 130)]
    public void Export_MlnetsResNet18_GivesTheFeaturesOfItsOwnFile(int height, int width)
    {
        using var folder = new TemporaryFolder();
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, height * width * 3)
                .Select(index => (byte)(127 + (100 * Math.Sin(index * 0.013)) + (27 * Math.Cos(index * index * 0.7)))),
        ];

        float[] expected = Run(
            Original(height, width),
            "Input247",
            Normalized(pixels, height, width),
            "Pooling395_Output_0"
        );
        float[] actual = Run(
            Exported(folder["model.onnx"], height, width),
            "image",
            new DenseTensor<byte>(pixels, [1, height, width, 3]),
            "logits"
        );

        double largest = expected.Max(Math.Abs);
        double worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / largest;
        output.WriteLine(
            FormattableString.Invariant($"{height}x{width}: {worst:0.0e0} of the largest feature {largest:0.##}")
        );
        FloatAssert.Near(expected, actual, RelativeTolerance * largest);
    }

    private static byte[] Exported(string path, int height, int width)
    {
        var spec = new NetworkSpec(
            Entry.Network,
            null,
            HeadBuilder.Default,
            new ImageSize(width, height),
            FeatureCount
        );
        NetworkGraph graph = spec.Build();
        MatchedWeights matched = WeightsMatch.Match(graph, WeightsFile.Read(MlnetFiles.ResNet18), HeadUse.Replace);
        IEnumerable<TensorData> head = graph
            .Nodes.Where(HeadBuilder.IsHead)
            .SelectMany(node => node.Parameters)
            .Select(Identity);
        var contract = new ModelContract
        {
            Labels = new LabelSet(
                Enumerable.Range(0, FeatureCount).Select(index => FormattableString.Invariant($"feature{index}"))
            ),
            Preprocessing = Entry.Preprocessing() with { Size = spec.Size },
        };
        ModelExporter.Export(new Checkpoint(spec, new WeightSet(matched.Weights.Concat(head)), contract), path);
        return File.ReadAllBytes(path);
    }

    /// <summary>The unit matrix, or a bias of zeros.</summary>
    private static TensorData Identity(ParameterSpec spec)
    {
        var values = new float[spec.Count];
        for (int index = 0; spec.Role == ParameterRole.Weight && index < FeatureCount; index++)
        {
            values[(index * FeatureCount) + index] = 1;
        }

        return TensorData.FromFloat32(spec.Key, spec.Shape, values);
    }

    /// <summary>ML.NET's file for another size of images.</summary>
    private static byte[] Original(int height, int width)
    {
        byte[] bytes = File.ReadAllBytes(MlnetFiles.ResNet18);
        if (height == 224 && width == 224)
        {
            return bytes;
        }

        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        TensorShapeProto input = model.Graph.Input.Single(value => value.Name == "Input247").Type.TensorType.Shape;
        input.Dim[2].DimValue = height;
        input.Dim[3].DimValue = width;
        model.Graph.ValueInfo.Clear();
        NodeProto pool = model.Graph.Node.Single(node => node.OpType == "AveragePool");
        pool.OpType = "GlobalAveragePool";
        pool.Attribute.Clear();
        return model.ToByteArray();
    }

    /// <summary>As the file wants it: BGR less the mean, <c>float32 [1, 3, H, W]</c>.</summary>
    private static DenseTensor<float> Normalized(byte[] pixels, int height, int width)
    {
        var tensor = new DenseTensor<float>([1, 3, height, width]);
        for (int index = 0; index < pixels.Length; index++)
        {
            int channel = 2 - (index % 3);
            tensor[0, channel, index / 3 / width, index / 3 % width] = pixels[index] - (float)Entry.Range.Mean[channel];
        }

        return tensor;
    }

    private static float[] Run<T>(byte[] model, string inputName, DenseTensor<T> input, string outputName)
    {
        using var session = new InferenceSession(model);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(inputName, input)], [outputName]);
        return results[0].AsTensor<float>().ToArray();
    }
}
