using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Epochs of a given number of steps go through the passes without a gap.</summary>
public sealed class BatchStreamTests
{
    private static readonly PhaseRecipe Phase = new()
    {
        Train = new TrainableSet(TrainableKind.All),
        Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 },
        Epochs = 4,
        BatchSize = 3,
    };

    [Fact]
    public void Of_NoSteps_IsOnePassEach()
    {
        Assert.Equal(["2:0", "2:1", "2:2", "2:3"], Read(Phase, epoch: 2));
    }

    [Fact]
    public void Of_FewerSteps_GoesOnWhereTheLastEpochStopped()
    {
        PhaseRecipe phase = Phase with { StepsPerEpoch = 3 };

        Assert.Equal(["0:0", "0:1", "0:2"], Read(phase, 0));
        Assert.Equal(["0:3", "1:0", "1:1"], Read(phase, 1));
        Assert.Equal(["1:2", "1:3", "2:0"], Read(phase, 2));
    }

    [Fact]
    public void Of_MoreSteps_TakesSeveralPasses()
    {
        PhaseRecipe phase = Phase with { StepsPerEpoch = 9 };

        Assert.Equal(["2:1", "2:2", "2:3", "3:0", "3:1", "3:2", "3:3", "4:0", "4:1"], Read(phase, 1));
    }

    [Fact]
    public void Of_DropLast_LeavesTheSmallerBatchOut()
    {
        PhaseRecipe phase = Phase with { DropLast = true };

        Assert.Equal(["2:0", "2:1", "2:2"], Read(phase, epoch: 2));
        Assert.Equal((3, 9), (BatchStream.Count(new Numbered(10), phase), BatchStream.Rows(new Numbered(10), phase)));
    }

    [Fact]
    public void Of_DropLastWithTheStepsOfAPass_BeginsEachEpochWithAPass()
    {
        // food10-vgg16: 6380 images, 99 steps of 64
        PhaseRecipe phase = Phase with
        {
            DropLast = true,
            StepsPerEpoch = 3,
        };

        Assert.Equal(["0:0", "0:1", "0:2"], Read(phase, 0));
        Assert.Equal(["1:0", "1:1", "1:2"], Read(phase, 1));
    }

    [Fact]
    public void Of_DropLastWithOtherSteps_GoesOnWithoutIt()
    {
        PhaseRecipe phase = Phase with { DropLast = true, StepsPerEpoch = 5 };

        Assert.Equal(["1:2", "2:0", "2:1", "2:2", "3:0"], Read(phase, 1));
    }

    [Fact]
    public void Count_DropLastOfASingleSmallBatch_SaysWhatToDo()
    {
        var error = Assert.Throws<DatasetException>(() =>
            BatchStream.Count(new Numbered(2), Phase with { DropLast = true })
        );

        Assert.Equal(
            "drop_last leaves nothing to train on: 2 training images are fewer than a batch of 3. "
                + "Use a smaller batch_size, or remove drop_last.",
            error.Message
        );
    }

    private static string[] Read(PhaseRecipe phase, int epoch) =>
        [
            .. BatchStream
                .Read(new Numbered(10), phase, epoch, CancellationToken.None)
                .Cast<Named>()
                .Select(batch => batch.Name),
        ];

    /// <summary>Batches that say which they are.</summary>
    private sealed class Numbered(int rows) : IBatchSource
    {
        public string StartNode => "input";

        public int ValidationRows => 0;

        public IReadOnlyList<long> TrainClasses { get; } = new long[rows];

        public IEnumerable<TrainingBatch> Train(
            int pass,
            int batchSize,
            int skip,
            CancellationToken cancellationToken
        ) =>
            Enumerable
                .Range(0, (rows + batchSize - 1) / batchSize)
                .Skip(skip)
                .Select(batch => new Named($"{pass}:{batch}"));

        public IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken) => [];
    }

    private sealed class Named(string name) : TrainingBatch
    {
        internal string Name => name;

        internal override long[] ClassIndexes => [];

        protected override TorchSharp.torch.Tensor MakeTensor(TorchSharp.torch.Device device) =>
            throw new NotSupportedException();
    }
}
