using System.Globalization;

namespace Pipeline.Core.Metrics;

/// <summary>A confidence interval for a share, or for the difference of two.</summary>
/// <param name="Low">Lower end; NaN when the share is undefined.</param>
/// <param name="High">Upper end; NaN when the share is undefined.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Quantile of the standard normal distribution at 0.975, for two-sided 95 %.</summary>
    internal const double Z95 = 1.959963984540054;

    /// <summary>Wilson's score interval at 95 % for k successes out of n.</summary>
    /// <param name="successes">k, in [0, n].</param>
    /// <param name="trials">n, not negative.</param>
    /// <returns>The interval; both ends NaN when n is 0.</returns>
    /// <remarks>
    /// (p + z²/2n ± z·sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n), p = k/n. Source: Wilson 1927, JASA 22(158). It stays
    /// inside [0, 1] and is not empty at k = 0 or k = n. Checked against published values in <c>IntervalTests</c>.
    /// </remarks>
    public static Interval Wilson(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
        {
            return new Interval(double.NaN, double.NaN);
        }

        double n = trials;
        double p = successes / n;
        double z2 = Z95 * Z95;
        double centre = p + (z2 / (2 * n));
        double margin = Z95 * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));
        double scale = 1 + (z2 / n);
        // Exact at the ends, where rounding would leave the last bit below 0 or above 1.
        double low = successes == 0 ? 0 : (centre - margin) / scale;
        double high = successes == trials ? 1 : (centre + margin) / scale;
        return new Interval(low, high);
    }

    /// <summary>The interval of f(share), f rising.</summary>
    /// <param name="rising">A rising function of [0, 1] into itself.</param>
    /// <returns>Both ends mapped.</returns>
    internal Interval Map(Func<double, double> rising) => new(rising(Low), rising(High));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low:0.0000}, {High:0.0000}]");
}
