using System.Runtime.InteropServices;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>What a step does to the weights, on one dense layer whose gradient can be worked out.</summary>
public sealed class TrainingStepTests : TorchTest
{
    private const int Features = 3,
        Classes = 3;

    private static readonly PhaseRecipe Phase = new()
    {
        Train = new TrainableSet(TrainableKind.All),
        Optimizer = new OptimizerRecipe { Name = OptimizerKind.Sgd, LearningRate = 0.5 },
        Epochs = 1,
    };

    [Theory]
    [InlineData(new[] { 4, 4 })]
    [InlineData(new[] { 3, 3, 2 })]
    [InlineData(new[] { 5, 1, 1, 1 })]
    public void Run_AccumulatedBatches_ChangeTheWeightsAsOneBatch(int[] sizes)
    {
        float[] whole = Train(Phase, [8]);

        float[] parts = Train(Phase, sizes);

        FloatAssert.Near(whole, parts, 1e-6); // sums in another order
    }

    [Theory]
    [InlineData(new[] { 4, 4 })]
    [InlineData(new[] { 5, 2, 1 })]
    public void Run_AccumulatedBatchesWithClassWeights_ChangeTheWeightsAsOneBatch(int[] sizes)
    {
        using var weights = new ClassWeights([0.2f, 3, 1], CPU);
        float[] whole = Train(Phase, [8], weights);

        float[] parts = Train(Phase, sizes, weights);

        FloatAssert.Near(whole, parts, 1e-6); // sums in another order
    }

    [Fact]
    public void Run_BatchThatDoesNotFitIntoMemory_LeavesNoTraceInTheRunningStatistics()
    {
        using TorchNetwork direct = NormNetwork(),
            halved = NormNetwork();
        StepBatch[] parts = [.. Enumerable.Range(0, 4).Select(part => Batch(part * 4, 4))];
        using var second = new RefusedBatch(new FeatureTrainingBatch(Rows(8, 8), Features, Labels(8, 8)), refusals: 1);

        Step(direct, Phase, mode: NormMode).Run(parts);
        // the first batch is through when the second does not fit
        Step(halved, Phase, mode: NormMode).Run([Batch(0, 8), new StepBatch(second, 1, null)]);

        FloatAssert.Near(Values(direct), Values(halved), 1e-6); // the same parts of four rows
    }

    [Theory]
    [InlineData(1, 4)] // refused once: two parts of four rows
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void Run_BatchThatDoesNotFitIntoMemory_IsHalvedAndMadeUpFor(int refusals, int rowsAtOnce)
    {
        float[] whole = Train(Phase, [8]);
        using TorchNetwork network = Network();
        var said = new List<string>();
        using var batch = new RefusedBatch(new FeatureTrainingBatch(Rows(0, 8), Features, Labels(0, 8)), refusals);

        (double loss, _) = Step(network, Phase, say: said.Add).Run([new StepBatch(batch, 1, null)]);

        FloatAssert.Near(whole, Values(network), 1e-6);
        Assert.Equal(refusals, said.Count);
        Assert.Contains(
            FormattableString.Invariant($"in parts of at most {rowsAtOnce}, and the optimizer still takes one step"),
            said[^1],
            StringComparison.Ordinal
        );
        Assert.InRange(loss, 0.1, 10);
    }

    [Fact]
    public void Run_OneImageThatDoesNotFitIntoMemory_SaysWhatToDo()
    {
        using TorchNetwork network = Network();
        using var batch = new RefusedBatch(new FeatureTrainingBatch(Rows(0, 8), Features, Labels(0, 8)), refusals: 9);

        TrainingException error = Assert.Throws<TrainingException>(() =>
            Step(network, Phase).Run([new StepBatch(batch, 1, null)])
        );

        Assert.Contains(
            "does not hold a training step of one image: CUDA out of memory.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("--device cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherRefusal_IsNotTakenForALackOfMemory()
    {
        using TorchNetwork network = Network();
        using var batch = new RefusedBatch(
            new FeatureTrainingBatch(Rows(0, 8), Features, Labels(0, 8)),
            refusals: 1,
            "shapes differ"
        );

        RefusalException error = Assert.Throws<RefusalException>(() =>
            Step(network, Phase).Run([new StepBatch(batch, 1, null)])
        );

        Assert.Equal("shapes differ", error.Message);
    }

    [Fact]
    public void Run_ClippedGradient_MovesByTheNormAtMost()
    {
        float[] start = Train(Phase, []);

        float[] end = Train(Phase with { Gradients = new GradientRecipe(ClipNorm: 0.01) }, [8]);

        double moved = Math.Sqrt(start.Zip(end).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.Equal(0.5 * 0.01, moved, 1e-6); // rate times norm
    }

    [Fact]
    public void Run_SmoothedLabels_GiveTheLossOfTheFormula()
    {
        const double Smoothing = 0.3;
        (double plain, double[] meanLogProbability) = FirstLoss(Phase);

        (double smoothed, _) = FirstLoss(Phase with { Loss = new LossRecipe(LabelSmoothing: Smoothing) });

        Assert.Equal(((1 - Smoothing) * plain) - (Smoothing * meanLogProbability.Average()), smoothed, 1e-5);
    }

    [Fact]
    public void Run_ClassWeights_AreTheWeightedMean()
    {
        using var weights = new ClassWeights([1, 10, 0], CPU);
        (double loss, _) = FirstLoss(Phase, weights);

        (double[] losses, long[] labels) = RowLosses();
        double[] factors =
        [
            .. labels.Select(label =>
                label == 0 ? 1.0
                : label == 1 ? 10
                : 0
            ),
        ];
        Assert.Equal(losses.Zip(factors).Sum(pair => pair.First * pair.Second) / factors.Sum(), loss, 1e-5);
    }

    [Fact]
    public void Run_BlendedImages_MixTheLossAlike()
    {
        using TorchNetwork network = Network();
        var mix = new MixDraw(0.7, null);
        using var batch = new FeatureTrainingBatch(Rows(0, 4), Features, Labels(0, 4));

        (double loss, _) = Step(network, Phase with { Mix = new MixRecipe(Mixup: 1) })
            .Run([new StepBatch(batch, 1, mix)]);

        using DisposeScope scope = NewDisposeScope();
        using TorchNetwork fresh = Network();
        Tensor rows = tensor(Rows(0, 4), [4, Features]);
        Tensor logits = fresh.Forward((rows * 0.7) + (rows.flip(0) * 0.3), ForwardMode.Evaluation);
        Tensor labels = tensor(Labels(0, 4));
        Tensor expected =
            (nn.functional.cross_entropy(logits, labels) * 0.7)
            + (nn.functional.cross_entropy(logits, labels.flip(0)) * 0.3);
        Assert.Equal(expected.item<float>(), loss, 1e-6);
    }

    private static NetworkGraph Graph()
    {
        var builder = new GraphBuilder("dense", FeatureShape.Vector(Features));
        builder.Add("dense", new Networks.Graph.Linear(Classes));
        return builder.Build();
    }

    private static TorchNetwork Network() => new(Graph(), TestNetworks.RandomWeights(Graph()), CPU);

    private static float[] Rows(int first, int count) =>
        [.. Enumerable.Range(first * Features, count * Features).Select(index => MathF.Sin(index * 1.7f))];

    private static long[] Labels(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(index => (long)(index * index % Classes))];

    private static StepBatch Batch(int first, int count) =>
        new(new FeatureTrainingBatch(Rows(first, count), Features, Labels(first, count)), 1, null);

    private static ForwardMode NormMode { get; } = new() { BatchNormNodes = new HashSet<string> { "norm" } };

    private static TorchNetwork NormNetwork()
    {
        var builder = new GraphBuilder("norm", FeatureShape.Map(Features, 1, 1));
        builder.Add("norm", new Networks.Graph.BatchNorm2d(Momentum: 0.5));
        builder.Add("flatten", new Networks.Graph.Flatten());
        builder.Add("dense", new Networks.Graph.Linear(Classes));
        NetworkGraph graph = builder.Build();
        return new TorchNetwork(graph, TestNetworks.RandomWeights(graph), CPU);
    }

    private static float[] Values(TorchNetwork network) =>
        [.. network.ToWeights().SelectMany(tensor => tensor.AsFloat32().ToArray())];

    private static TrainingStep Step(
        TorchNetwork network,
        PhaseRecipe phase,
        ClassWeights? classWeights = null,
        Action<string>? say = null,
        ForwardMode? mode = null
    )
    {
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(_ => true);
        return new TrainingStep(
            network,
            OptimizerFactory.Create(phase.Optimizer, trained),
            [.. trained.Select(item => item.Tensor)],
            phase,
            mode ?? ForwardMode.Evaluation,
            NetworkGraph.InputName,
            classWeights,
            say
        );
    }

    /// <summary>Weights after batches of these sizes.</summary>
    private static float[] Train(PhaseRecipe phase, int[] sizes, ClassWeights? classWeights = null)
    {
        using TorchNetwork network = Network();
        var batches = new List<StepBatch>();
        foreach (int size in sizes)
        {
            int first = batches.Sum(item => item.Batch.ClassIndexes.Length);
            batches.Add(Batch(first, size));
        }

        if (sizes.Length > 0)
        {
            Step(network, phase, classWeights).Run(batches);
        }

        return Values(network);
    }

    private static (double Loss, double[] MeanLogProbability) FirstLoss(
        PhaseRecipe phase,
        ClassWeights? classWeights = null
    )
    {
        using TorchNetwork network = Network();
        using var batch = new FeatureTrainingBatch(Rows(0, 6), Features, Labels(0, 6));
        (double loss, _) = Step(network, phase, classWeights).Run([new StepBatch(batch, 1, null)]);
        return (loss, LogProbabilities().Select(row => row.Average()).ToArray());
    }

    private static (double[] Losses, long[] Labels) RowLosses()
    {
        long[] labels = Labels(0, 6);
        return ([.. LogProbabilities().Select((row, index) => -row[labels[index]])], labels);
    }

    private static double[][] LogProbabilities()
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchNetwork network = Network();
        float[] values = network
            .Forward(tensor(Rows(0, 6), [6, Features]), ForwardMode.Evaluation)
            .log_softmax(1)
            .detach()
            .data<float>()
            .ToArray();
        return [.. values.Select(value => (double)value).Chunk(Classes)];
    }

    /// <summary>What TorchSharp throws is some ExternalException.</summary>
    private sealed class RefusalException(string message) : ExternalException(message);

    /// <summary>A batch that libtorch refuses the first few times, as a device does whose memory is full.</summary>
    private sealed class RefusedBatch(TrainingBatch batch, int refusals, string reason = "CUDA out of memory.")
        : TrainingBatch
    {
        private int left = refusals;

        internal override long[] ClassIndexes => batch.ClassIndexes;

        protected override Tensor MakeTensor(Device device) =>
            left-- > 0 ? throw new RefusalException(reason) : batch.ToTensor(device);

        public override void Dispose()
        {
            base.Dispose();
            batch.Dispose();
        }
    }
}
