using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;
using Pipeline.Training.Quantization;

namespace Pipeline.EndToEnd.Tests.Quantization;

/// <summary>
/// A small network with random weights and images labelled with what it says about them, so that float32 is always
/// right and int8 is wrong where it differs.
/// </summary>
internal sealed class PlantedModel : IDisposable
{
    private static readonly string[] Classes = ["blue", "green", "red"];
    private readonly TemporaryFolder folder = new();

    /// <summary>Makes model and images.</summary>
    /// <param name="isPlanted">
    /// Whether one channel between conv1 and conv2 is made ten thousand times as large and read with a ten-thousandth
    /// of its weight: the same in float32, fatal for the 8 bits that all channels share.
    /// </param>
    /// <param name="isPlantedTwice">Whether conv2 and conv3 have such a channel as well.</param>
    /// <param name="validation">Validation images of each of the three classes.</param>
    /// <param name="temperature">Divisor of its logits.</param>
    internal PlantedModel(bool isPlanted, bool isPlantedTwice = false, int validation = 20, double temperature = 1)
    {
        ColorFolder.Write(folder, "images", train: 20, validation, test: 0);
        var spec = new NetworkSpec(
            "small-cnn",
            null,
            [new GlobalAveragePoolLayer(), new DenseLayer(null)],
            new ImageSize(16, 16),
            Classes.Length
        );
        var contract = new ModelContract
        {
            Labels = new LabelSet(Classes),
            Temperature = temperature,
            Preprocessing = new Preprocessing
            {
                Size = spec.Size,
                Resize = ResizeMode.Squash,
                Kernel = ResizeKernel.Bilinear,
                Antialias = true,
                Scale = 1 / 255.0,
                Mean = [0.5, 0.5, 0.5],
                Std = [0.25, 0.25, 0.25],
            },
        };
        ModelExporter.Export(new Checkpoint(spec, Weights(spec.Build(), isPlanted, isPlantedTwice), contract), Model);
        Validation = Label([
            .. Directory
                .EnumerateFiles(folder["images/validation"], "*.png", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
        ]);
    }

    internal string Model => folder["model.onnx"];

    internal string this[string name] => folder[name];

    internal IReadOnlyList<ImageSample> Validation { get; }

    /// <summary>Everything there is besides the images.</summary>
    internal IEnumerable<string> Files =>
        Directory
            .EnumerateFileSystemEntries(folder.Path)
            .Select(path => Path.GetFileName(path))
            .Where(name => name != "images")
            .Order(StringComparer.Ordinal);

    internal QuantizationJob Job(
        double budgetPoints = 0.5,
        double minSpeedup = 0,
        IReadOnlyList<string>? calibration = null
    ) =>
        new()
        {
            Model = Model,
            Output = folder["model.int8.onnx"],
            Report = folder["quantization.json"],
            Calibration =
                calibration
                ??
                [
                    .. Directory
                        .EnumerateFiles(folder["images/train"], "*.png", SearchOption.AllDirectories)
                        .Order(StringComparer.Ordinal),
                ],
            CalibrationName = "Calibration folder 'images/train'",
            Validation = Validation,
            Root = folder.Path,
            Settings = new QuantizationRecipe
            {
                Calibration = CalibrationKind.MinMax,
                Images = 32,
                BudgetPoints = budgetPoints,
                MinSpeedup = minSpeedup,
                ReduceRange = false,
            },
            Threads = 1,
        };

    /// <summary>What both files say about the validation images, and what the int8 file is held to.</summary>
    internal (float[] Float32, float[] Int8, ModelPrecision Precision) LogitsOfBoth()
    {
        using ScoringSession float32 = ScoringSession.Open(Model, new ScoringOptions { Threads = 1 });
        using ScoringSession int8 = ScoringSession.Open(folder["model.int8.onnx"], new ScoringOptions { Threads = 1 });
        ImageSize size = float32.Contract.Preprocessing.Size;
        byte[] pixels = new byte[Validation.Count * size.RgbBytes];
        for (int index = 0; index < Validation.Count; index++)
        {
            ImageDecoder.DecodeFile(
                Validation[index].Path,
                float32.Contract.Preprocessing,
                pixels.AsSpan(index * size.RgbBytes, size.RgbBytes)
            );
        }

        using ScoreBatch left = float32.Score(pixels, Validation.Count);
        using ScoreBatch right = int8.Score(pixels, Validation.Count);
        return (left.AllLogits.ToArray(), right.AllLogits.ToArray(), int8.Contract.Precision);
    }

    public void Dispose() => folder.Dispose();

    private ImageSample[] Label(string[] paths)
    {
        using ImageClassifier classifier = ImageClassifier.Load(Model, new ScoringOptions { Threads = 1 });
        return [.. paths.Select(path => new ImageSample(path, classifier.Classify(path).ClassIndex))];
    }

    private static WeightSet Weights(NetworkGraph graph, bool isPlanted, bool isPlantedTwice)
    {
        var random = new Random(7);
        return new WeightSet(
            graph.Parameters.Select(spec =>
            {
                double spread = spec.Role == ParameterRole.Weight ? Math.Sqrt(6.0 * spec.Shape[0] / spec.Count) : 0;
                double centre = spec.Role is ParameterRole.Scale or ParameterRole.Spread ? 1 : 0;
                float[] values =
                [
                    .. Enumerable
                        .Range(0, (int)spec.Count)
                        .Select(_ => (float)(centre + (2 * spread * (random.NextDouble() - 0.5)))),
                ];
                bool isLarge = (isPlanted && spec.Key == "bn1.weight") || (isPlantedTwice && spec.Key == "bn2.weight");
                bool readsLarge =
                    (isPlanted && spec.Key == "conv2.weight") || (isPlantedTwice && spec.Key == "conv3.weight");
                for (int index = 0; index < values.Length; index++)
                {
                    values[index] *=
                        isLarge && index == 0 ? 1e4f
                        : readsLarge && index / 9 % spec.Shape[1] == 0 ? 1e-4f
                        : 1; // [O, C, 3, 3]
                }

                return TensorData.FromFloat32(spec.Key, spec.Shape, values);
            })
        );
    }
}
