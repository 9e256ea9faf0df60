namespace Pipeline.Trainer.Training;

/// <summary>Which rates a sweep tries: evenly spaced on a logarithmic scale.</summary>
/// <param name="Lowest">The first, positive.</param>
/// <param name="Highest">The last, above the first.</param>
/// <param name="Steps">How many, at least 2.</param>
public sealed record RateRange(double Lowest = 1e-6, double Highest = 1, int Steps = 100)
{
    /// <summary>The rate of a step.</summary>
    internal double At(int step) => Lowest * Math.Pow(Highest / Lowest, (double)step / (Steps - 1));
}
