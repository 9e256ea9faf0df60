using System.Text.Json;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// Golden: the rate at every step against PyTorch's schedulers, from <c>tests/data/torch/make_learning_rates.py</c>.
/// </summary>
[Trait("Kind", "Golden")]
public sealed class LearningRateScheduleTests
{
    private static readonly JsonElement Golden = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "torch", "learning_rates.json")))
        .RootElement;

    [Fact]
    public void At_AfterReductions_IsPyTorchsRateOnAPlateau()
    {
        JsonElement golden = Golden.GetProperty("plateau");
        var plateau = new Plateau(patience: 2);
        var phase = new PhaseRecipe
        {
            Train = new TrainableSet(TrainableKind.All),
            Optimizer = new OptimizerRecipe
            {
                Name = OptimizerKind.Sgd,
                LearningRate = Golden.GetProperty("rate").GetDouble(),
            },
            Schedule = new ScheduleRecipe(ScheduleKind.Plateau, Factor: 0.3) { Patience = 2 },
            Epochs = 20,
        };
        var actual = new List<double>();

        foreach (JsonElement loss in golden.GetProperty("losses").EnumerateArray())
        {
            actual.Add(LearningRateSchedule.At(phase, actual.Count, 1, plateau.Reductions));
            plateau.Observe(loss.GetDouble());
        }

        Assert.True(plateau.Reductions >= 4);
        Assert.All(
            golden.GetProperty("rates").EnumerateArray().Zip(actual),
            pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-15)
        );
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("cosine")]
    [InlineData("step")]
    [InlineData("one-cycle")]
    [InlineData("warm-up-cosine")]
    [InlineData("warm-up-one-cycle")]
    public void At_EveryStep_IsPyTorchsRate(string name)
    {
        int epochs = Golden.GetProperty("epochs").GetInt32();
        int stepsPerEpoch = Golden.GetProperty("steps_per_epoch").GetInt32();
        ScheduleRecipe schedule = name switch
        {
            "cosine" => new ScheduleRecipe(ScheduleKind.Cosine),
            "one-cycle" => new ScheduleRecipe(ScheduleKind.OneCycle),
            "warm-up-one-cycle" => new ScheduleRecipe(ScheduleKind.OneCycle) { WarmUpEpochs = 1.4 },
            "warm-up-cosine" => new ScheduleRecipe(ScheduleKind.Cosine) { WarmUpEpochs = 1.4 },
            "step" => new ScheduleRecipe(ScheduleKind.Step, EveryEpochs: 2, Factor: 0.3),
            _ => ScheduleRecipe.Constant,
        };
        var phase = new PhaseRecipe
        {
            Train = new TrainableSet(TrainableKind.All),
            Optimizer = new OptimizerRecipe
            {
                Name = OptimizerKind.Sgd,
                LearningRate = Golden.GetProperty("rate").GetDouble(),
            },
            Schedule = schedule,
            Epochs = epochs,
        };

        double[] actual =
        [
            .. Enumerable
                .Range(0, epochs * stepsPerEpoch)
                .Select(step => LearningRateSchedule.At(phase, step, stepsPerEpoch)),
        ];

        double[] expected = [.. Golden.GetProperty(name).EnumerateArray().Select(rate => rate.GetDouble())];
        Assert.Equal(expected.Length, actual.Length);
        // PyTorch multiplies from step to step and so rounds more often
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
    }
}
