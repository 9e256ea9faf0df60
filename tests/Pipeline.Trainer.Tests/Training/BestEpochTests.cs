using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Which epoch is kept and when a phase stops, by each metric that an epoch has.</summary>
public sealed class BestEpochTests
{
    [Theory]
    [InlineData(MonitoredMetric.ValLoss)]
    [InlineData(MonitoredMetric.Loss)]
    public void Observe_Loss_SmallerIsBetter(MonitoredMetric metric) =>
        Assert.Equal([true, true, false, false, true], Verdicts(metric, 3, 2, 2, 2.5, 1));

    [Theory]
    [InlineData(MonitoredMetric.ValAccuracy)]
    [InlineData(MonitoredMetric.Accuracy)]
    public void Observe_Accuracy_LargerIsBetter(MonitoredMetric metric) =>
        Assert.Equal([true, false, true, false], Verdicts(metric, 0.5, 0.4, 0.6, 0.6));

    [Fact]
    public void IsOver_ChangesBelowTheMinimum_CountAsNone()
    {
        var stopping = new BestEpoch(
            Phase(MonitoredMetric.Accuracy, new EarlyStoppingRecipe(MonitoredMetric.Loss, Patience: 2, MinDelta: 0.1))
        );
        double[] losses = [2, 1.95, 1.85, 1.8, 1.76];

        bool[] over =
        [
            .. losses.Select(loss =>
            {
                stopping.Observe(metric => metric == MonitoredMetric.Loss ? loss : 0);
                return stopping.IsOver;
            }),
        ];

        // 1.85 is 0.15 below 2; 1.8 and 1.76 are less than 0.1 below 1.85
        Assert.Equal([false, false, false, false, true], over);
    }

    [Fact]
    public void Read_EveryMetric_ByItsName()
    {
        foreach (string name in new[] { "val_loss", "val_accuracy", "loss", "accuracy" })
        {
            PhaseRecipe phase = RecipeText.Phase(
                $"optimizer: {{ name: adam }}\nearly_stopping: {{ monitor: {name}, patience: 3 }}"
            );

            Assert.Equal(
                name,
                YamlSection.Spell(phase.EarlyStopping?.Monitor ?? throw new InvalidOperationException(name))
            );
        }
    }

    private static PhaseRecipe Phase(MonitoredMetric best, EarlyStoppingRecipe? stopping = null) =>
        RecipeText.Phase("optimizer: { name: adam }") with
        {
            Best = best,
            EarlyStopping = stopping,
        };

    /// <summary>Whether each epoch is the best so far, when only the watched metric moves.</summary>
    private static bool[] Verdicts(MonitoredMetric best, params double[] values)
    {
        var epochs = new BestEpoch(Phase(best));
        return
        [
            .. values.Select(value =>
                epochs.Observe(metric =>
                    metric == best ? value : throw new InvalidOperationException($"{metric} was looked at")
                )
            ),
        ];
    }
}
