using System.Text.Json;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Golden: the rate at every step against PyTorch's schedulers, from <c>tests/data/torch/make_learning_rates.py</c>.</summary>
[Trait("Kind", "Golden")]
public sealed class LearningRateScheduleTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "torch", "learning_rates.json"))).RootElement;

    [Theory]
    [InlineData("constant")]
    [InlineData("cosine")]
    [InlineData("step")]
    [InlineData("one-cycle")]
    [InlineData("warm-up-cosine")]
    public void At_EveryStep_IsPyTorchsRate(string name)
    {
        int epochs = Golden.GetProperty("epochs").GetInt32();
        int stepsPerEpoch = Golden.GetProperty("steps_per_epoch").GetInt32();
        ScheduleRecipe schedule = name switch
        {
            "cosine" => new ScheduleRecipe(ScheduleKind.Cosine),
            "one-cycle" => new ScheduleRecipe(ScheduleKind.OneCycle),
            "warm-up-cosine" => new ScheduleRecipe(ScheduleKind.Cosine) { WarmUpEpochs = 1.4 },
            "step" => new ScheduleRecipe(ScheduleKind.Step, EveryEpochs: 2, Factor: 0.3),
            _ => ScheduleRecipe.Constant,
        };
        var phase = new PhaseRecipe
        {
            Train = new TrainableSet(TrainableKind.All),
            Optimizer = new OptimizerRecipe { Name = OptimizerKind.Sgd, LearningRate = Golden.GetProperty("rate").GetDouble() },
            Schedule = schedule,
            Epochs = epochs,
        };

        double[] actual = [.. Enumerable.Range(0, epochs * stepsPerEpoch).Select(step => LearningRateSchedule.At(phase, step, stepsPerEpoch))];

        double[] expected = [.. Golden.GetProperty(name).EnumerateArray().Select(rate => rate.GetDouble())];
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-15));   // PyTorch multiplies from step to step and so rounds more often
    }
}
