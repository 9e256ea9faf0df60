using Pipeline.Core.Metrics;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>Remembers the best validation metric and says when to stop early.</summary>
internal sealed class BestEpoch(PhaseRecipe phase)
{
    private double best = double.NegativeInfinity;
    private double reference = double.NegativeInfinity;
    private int waited;

    /// <summary>What a resumed phase must know: best value, the value that patience counts from, epochs waited. Exact when written as round-trip text.</summary>
    internal (double Best, double Reference, int Waited) Memory
    {
        get => (best, reference, waited);
        set => (best, reference, waited) = value;
    }

    /// <summary>Whether the patience of early stopping is used up.</summary>
    internal bool IsOver => phase.EarlyStopping is not null && waited >= phase.EarlyStopping.Patience;

    /// <summary>Takes an epoch's validation in.</summary>
    /// <returns>Whether it is the best so far; the first of equals stays.</returns>
    internal bool Observe(ClassificationReport validation)
    {
        if (phase.EarlyStopping is EarlyStoppingRecipe stopping)
        {
            double watched = Value(stopping.Monitor, validation);
            waited = watched > reference + stopping.MinDelta ? 0 : waited + 1;
            reference = waited == 0 ? watched : reference;
        }

        double value = Value(phase.Best, validation);
        bool isBest = value > best;
        best = isBest ? value : best;
        return isBest;
    }

    /// <summary>The metric with the sign that makes larger better.</summary>
    private static double Value(MonitoredMetric metric, ClassificationReport validation) =>
        metric == MonitoredMetric.ValLoss ? -validation.LogLoss : validation.MicroAccuracy;
}
