namespace Pipeline.Trainer.Recipes;

/// <summary>When to stop before the last epoch.</summary>
/// <param name="Monitor">The validation metric that must improve.</param>
/// <param name="Patience">Epochs without improvement that are tolerated, at least 1.</param>
/// <param name="MinDelta">Smaller improvements count as none.</param>
public sealed record EarlyStoppingRecipe(MonitoredMetric Monitor, int Patience, double MinDelta);
