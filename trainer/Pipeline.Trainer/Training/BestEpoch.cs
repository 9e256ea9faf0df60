using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>Remembers the best value of a metric and says when to stop early.</summary>
internal sealed class BestEpoch(PhaseRecipe phase)
{
    private double best = double.NegativeInfinity;
    private double reference = double.NegativeInfinity;
    private int waited;

    /// <summary>
    /// What a resumed phase must know: best value, the value that patience counts from, epochs waited. Exact when
    /// written as round-trip text.
    /// </summary>
    internal (double Best, double Reference, int Waited) Memory
    {
        get => (best, reference, waited);
        set => (best, reference, waited) = value;
    }

    /// <summary>Whether the patience of early stopping is used up.</summary>
    internal bool IsOver => phase.EarlyStopping is not null && waited >= phase.EarlyStopping.Patience;

    /// <summary>Takes an epoch in.</summary>
    /// <param name="value">The epoch's value of a metric.</param>
    /// <returns>Whether it is the best so far; the first of equals stays.</returns>
    internal bool Observe(Func<MonitoredMetric, double> value)
    {
        if (phase.EarlyStopping is EarlyStoppingRecipe stopping)
        {
            double watched = Goodness(stopping.Monitor, value);
            waited = watched > reference + stopping.MinDelta ? 0 : waited + 1;
            reference = waited == 0 ? watched : reference;
        }

        double good = Goodness(phase.Best, value);
        bool isBest = good > best;
        best = isBest ? good : best;
        return isBest;
    }

    /// <summary>The metric with the sign that makes larger better.</summary>
    private static double Goodness(MonitoredMetric metric, Func<MonitoredMetric, double> value) =>
        metric is MonitoredMetric.ValLoss or MonitoredMetric.Loss ? -value(metric) : value(metric);
}
