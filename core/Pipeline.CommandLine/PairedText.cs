using Pipeline.Core.Metrics;

namespace Pipeline.CommandLine;

/// <summary>The figures of two models on the same images, as text. Invariant culture.</summary>
public static class PairedText
{
    /// <summary>The difference of the accuracies.</summary>
    /// <param name="counts">The counts.</param>
    /// <returns>The second model's minus the first's in percentage points, such as <c>+5.2</c>.</returns>
    public static string Difference(PairedCounts counts) => Points(counts.Difference);

    /// <summary>Its 95 % interval.</summary>
    /// <param name="counts">The counts.</param>
    /// <returns>Such as <c>+3.8 to +6.6</c>.</returns>
    public static string DifferenceInterval(PairedCounts counts) =>
        $"{Points(counts.DifferenceInterval.Low)} to {Points(counts.DifferenceInterval.High)}";

    /// <summary>McNemar's p.</summary>
    /// <param name="counts">The counts.</param>
    /// <returns>Such as <c>0.0215</c> or, below 0.0001, <c>9.0e-15</c>.</returns>
    public static string McNemarP(PairedCounts counts) =>
        FormattableString.Invariant(
            counts.McNemarP < 0.0001 ? $"{counts.McNemarP:0.0e+0}" : (FormattableString)$"{counts.McNemarP:0.0000}"
        );

    private static string Points(double share) => FormattableString.Invariant($"{100 * share:+0.0;-0.0;0.0}");
}
