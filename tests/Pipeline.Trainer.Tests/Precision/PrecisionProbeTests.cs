using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Precision;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Precision;

public sealed class PrecisionProbeTests
{
    [Theory]
    [InlineData(100, 50, PrecisionMode.Bf16)]
    [InlineData(100, 99, PrecisionMode.Fp32)] // a tie goes to the exact one
    [InlineData(100, 300, PrecisionMode.Fp32)]
    public void Run_BothWork_TakesTheFasterAndSaysBothTimes(int fp32, int bf16, PrecisionMode expected)
    {
        var clock = new StepClock();
        var probe = new PrecisionProbe(precision => clock.Pass(precision == PrecisionMode.Bf16 ? bf16 : fp32), clock);

        PrecisionChoice choice = probe.Run(CancellationToken.None);

        Assert.Equal(expected, choice.Chosen);
        Assert.Contains($"{fp32} ms in fp32 and {bf16} ms in bf16", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SlowSteps_AreMeasuredOnce()
    {
        var clock = new StepClock();
        int steps = 0;
        var probe = new PrecisionProbe(
            _ =>
            {
                steps++;
                return clock.Pass(60_000);
            },
            clock
        );

        probe.Run(CancellationToken.None);

        Assert.Equal(4, steps); // one to warm up and one to measure, each way
    }

    [Fact]
    public void Run_StepThatLibtorchRefuses_Chooses32AndSaysWhy()
    {
        var probe = new PrecisionProbe(
            precision => precision == PrecisionMode.Bf16 ? RefusedByLibtorch() : 1f,
            TimeProvider.System
        );

        PrecisionChoice choice = probe.Run(CancellationToken.None);

        Assert.Equal(PrecisionMode.Fp32, choice.Chosen);
        Assert.Contains(
            "bf16 is not possible here: The size of tensor a (2) must match",
            choice.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_LossNotFinite_Chooses32()
    {
        var probe = new PrecisionProbe(
            precision => precision == PrecisionMode.Bf16 ? float.NaN : 1f,
            TimeProvider.System
        );

        PrecisionChoice choice = probe.Run(CancellationToken.None);

        Assert.Equal(PrecisionMode.Fp32, choice.Chosen);
        Assert.Contains("NaN", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_AutoOnRealImages_SaysEveryChoiceAndLeavesNoAuto()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = TwoClasses(folder);
        var progress = new RememberedProgress();
        Recipe open = RecipeText.Read("optimizer: { name: adam }\nbatch_size: 2");

        Recipe resolved = new PrecisionResolver(data, CPU, progress, TimeProvider.System).Resolve(
            open,
            CancellationToken.None
        );

        PrecisionMode chosen = resolved.Models[0].Phases[0].Precision;
        Assert.NotEqual(PrecisionMode.Auto, chosen);
        Assert.StartsWith(
            $"Precision of 'model', phase 1: {YamlSection.Spell(chosen)}; ",
            Assert.Single(progress.Messages),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"precision: {YamlSection.Spell(chosen)}",
            RecipeWriter.Write(resolved),
            StringComparison.Ordinal
        );
        Assert.Same(
            resolved,
            new PrecisionResolver(data, CPU, progress, TimeProvider.System).Resolve(resolved, CancellationToken.None)
        );
    }

    [Theory]
    [InlineData(PrecisionMode.Fp32)]
    [InlineData(PrecisionMode.Bf16)]
    public void Take_OneStep_RunsBackwardAndTheOptimizerToo(PrecisionMode precision)
    {
        PhaseRecipe phase = RecipeText.Phase("optimizer: { name: sgd, learning_rate: 0.1 }");
        NetworkGraph graph = new NetworkSpec("small-cnn", null, HeadBuilder.Default, new ImageSize(32, 32), 2).Build();
        using var batch = new ImageTrainingBatch(
            TestNetworks.Batch(TestNetworks.Images(2, new ImageSize(32, 32))),
            TestNetworks.Preprocessing(32),
            augmenter: null,
            epoch: 0
        );
        using var step = new ProbeStep(graph, phase, batch, seed: 1, CPU);
        float[] before = Trained(step.Network);

        step.Take(precision);

        Assert.NotEqual(before, Trained(step.Network));
    }

    /// <summary>What only an optimizer changes: a forward pass moves running statistics too.</summary>
    private static float[] Trained(TorchNetwork network)
    {
        WeightSet weights = network.ToWeights();
        return
        [
            .. network
                .Graph.Parameters.Where(spec => spec.IsTrainable)
                .SelectMany(spec => weights[spec.Key].AsFloat32().ToArray()),
        ];
    }

    private static float RefusedByLibtorch()
    {
        using Tensor two = zeros(2);
        using Tensor three = zeros(3);
        using Tensor sum = two + three;
        return 0;
    }

    private static DatasetSplits TwoClasses(TemporaryFolder folder)
    {
        byte[] png = ImageEncoder.EncodePng(new byte[4 * 4 * 3], new ImageSize(4, 4));
        foreach (string part in new[] { "train", "validation" })
        {
            folder.Write($"{part}/a/0.png", png);
            folder.Write($"{part}/b/0.png", png);
        }

        return ImageFolder.Scan(folder.Path, new DataRecipe { Source = DataSource.Folder });
    }

    /// <summary>A clock that only steps move.</summary>
    private sealed class StepClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => now;

        internal float Pass(int milliseconds)
        {
            now += milliseconds;
            return 1;
        }
    }
}
