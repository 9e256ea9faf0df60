namespace Pipeline.Trainer.Training;

/// <summary>What a learning-rate sweep found.</summary>
/// <param name="Points">The steps in order; fewer than asked for when the loss ran away.</param>
/// <param name="Suggested">Rate at which the smoothed loss fell fastest; <c>null</c> when it never fell.</param>
public sealed record RateSweep(IReadOnlyList<RatePoint> Points, double? Suggested)
{
    private const int Warmup = 5,
        Width = 3;

    /// <summary>Chooses the rate by the steepest slope of the smoothed loss over the logarithm of the rate.</summary>
    /// <param name="points">
    /// The steps; the first few, whose mean is over little, and all after the lowest smoothed loss are not looked at.
    /// </param>
    /// <returns>The sweep with its suggestion.</returns>
    /// <remarks>
    /// Source: Smith 2017, arXiv:1506.01186, section 3.3, in the form that fastai 1 has
    /// (<c>Recorder.plot(suggestion=True)</c>). The slope is the difference over six steps.
    /// </remarks>
    internal static RateSweep FromPoints(IReadOnlyList<RatePoint> points)
    {
        int lowest = Enumerable.Range(0, points.Count).OrderBy(index => points[index].SmoothedLoss).FirstOrDefault();
        int[] places =
        [
            .. Enumerable
                .Range(0, points.Count)
                .Where(index => index >= Warmup && index - Width >= 0 && index + Width <= lowest),
        ];
        if (places.Length == 0)
        {
            return new RateSweep(points, null);
        }

        int steepest = places.MinBy(Slope);
        return new RateSweep(points, Slope(steepest) < 0 ? points[steepest].LearningRate : null);

        double Slope(int index) =>
            (points[index + Width].SmoothedLoss - points[index - Width].SmoothedLoss)
            / Math.Log(points[index + Width].LearningRate / points[index - Width].LearningRate);
    }
}
