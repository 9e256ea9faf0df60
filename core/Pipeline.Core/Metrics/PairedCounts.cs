namespace Pipeline.Core.Metrics;

/// <summary>
/// How two models answered the same images. What they share cancels out, so it tells them apart sooner than their two
/// accuracies do.
/// </summary>
/// <param name="BothRight">Images that both get right.</param>
/// <param name="OnlyFirst">Images that only the first gets right.</param>
/// <param name="OnlySecond">Images that only the second gets right.</param>
/// <param name="NeitherRight">Images that both get wrong.</param>
public readonly record struct PairedCounts(long BothRight, long OnlyFirst, long OnlySecond, long NeitherRight)
{
    /// <summary>All images, n.</summary>
    public long Count => BothRight + OnlyFirst + OnlySecond + NeitherRight;

    /// <summary>Accuracy of the second model minus that of the first, in [-1, 1]; NaN without an image.</summary>
    public double Difference => (double)(OnlySecond - OnlyFirst) / Count;

    /// <summary>95 % interval of <see cref="Difference"/>, in [-1, 1]; both ends NaN without an image.</summary>
    /// <remarks>
    /// Wald's interval for paired shares after half an image was added to each of the four counts. Source: Agresti and
    /// Min 2005, Statistics in Medicine 24(5), section 3. Its share of hits is counted out in <c>PairedCountsTests</c>.
    /// </remarks>
    public Interval DifferenceInterval
    {
        get
        {
            if (Count == 0)
            {
                return new Interval(double.NaN, double.NaN);
            }

            double n = Count + 2;
            double centre = (OnlySecond - OnlyFirst) / n;
            double margin = Interval.Z95 * Math.Sqrt((((OnlyFirst + OnlySecond + 1) / n) - (centre * centre)) / n);
            return new Interval(Math.Max(centre - margin, -1), Math.Min(centre + margin, 1));
        }
    }

    /// <summary>
    /// McNemar's p, two-sided: how likely counts as uneven as these, or more so, are between two models that are
    /// equally often right. In [0, 1]; 1 when no image tells them apart.
    /// </summary>
    /// <remarks>
    /// min(1, 2·sum over i = 0..k of C(m, i)/2^m), m images that one model alone gets right, k the smaller part: exact
    /// for every m, so nothing is approximated by chi-square. Costs k steps. Source: McNemar 1947, Psychometrika 12(2),
    /// in its exact form: Edwards 1948, Psychometrika 13(3). Checked against exact fractions in
    /// <c>PairedCountsTests</c>.
    /// </remarks>
    public double McNemarP
    {
        get
        {
            double m = OnlyFirst + OnlySecond;
            long k = Math.Min(OnlyFirst, OnlySecond);
            double logLast = -m * Math.Log(2); // ln of the last term, C(m, k)/2^m
            for (long i = 1; i <= k; i++)
            {
                logLast += Math.Log((m - i + 1) / i);
            }

            double sum = 0; // of all terms, in units of the last, which is the largest
            double term = 1;
            for (long i = k; i >= 0 && term > 0; i--)
            {
                sum += term;
                term *= i / (m - i + 1);
            }

            return Math.Min(1, 2 * Math.Exp(logLast) * sum);
        }
    }

    /// <summary>These counts and one image more.</summary>
    /// <param name="isFirstRight">Whether the first model gets it right.</param>
    /// <param name="isSecondRight">Whether the second does.</param>
    /// <returns>The new counts.</returns>
    public PairedCounts With(bool isFirstRight, bool isSecondRight) =>
        (isFirstRight, isSecondRight) switch
        {
            (true, true) => this with { BothRight = BothRight + 1 },
            (true, false) => this with { OnlyFirst = OnlyFirst + 1 },
            (false, true) => this with { OnlySecond = OnlySecond + 1 },
            _ => this with { NeitherRight = NeitherRight + 1 },
        };
}
