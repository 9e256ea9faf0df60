namespace Pipeline.Core.Tests.Metrics;

/// <summary>
/// The metrics again, slow and obvious: all rows in memory, one formula per line, sorting instead of counting.
/// </summary>
internal sealed class SlowMetrics
{
    private readonly (float[] Scores, int Truth)[] rows;
    private readonly int classes;

    internal SlowMetrics(IEnumerable<(float[] Scores, int Truth)> all, int classes)
    {
        rows = [.. all.Where(row => row.Truth >= 0 && Array.TrueForAll(row.Scores, float.IsFinite))];
        this.classes = classes;
    }

    internal int Count => rows.Length;

    internal double MicroAccuracy => rows.Average(row => RankOf(row) == 0 ? 1.0 : 0.0);

    internal double MacroAccuracy =>
        rows.GroupBy(row => row.Truth).Average(group => group.Average(row => RankOf(row) == 0 ? 1.0 : 0.0));

    internal double LogLoss => rows.Average(Loss);

    internal double LogLossReduction
    {
        get
        {
            double entropy = -rows.GroupBy(row => row.Truth)
                .Select(group => (double)group.Count() / rows.Length)
                .Sum(share => share * Math.Log(share));
            return (entropy - LogLoss) / entropy;
        }
    }

    internal double[] TopK =>
        [.. Enumerable.Range(1, classes).Select(k => rows.Average(row => RankOf(row) < k ? 1.0 : 0.0))];

    internal double CalibrationError =>
        rows.GroupBy(row => Math.Min((int)((double)row.Scores.Max() * 15), 14))
            .Sum(bin =>
                (double)bin.Count()
                / rows.Length
                * Math.Abs(
                    bin.Average(row => RankOf(row) == 0 ? 1.0 : 0.0) - bin.Average(row => (double)row.Scores.Max())
                )
            );

    internal long Confusion(int truth, int predicted) =>
        rows.Count(row => row.Truth == truth && Order(row.Scores)[0] == predicted);

    internal double ClassLogLoss(int truth) =>
        rows.Where(row => row.Truth == truth).Select(Loss).DefaultIfEmpty(double.NaN).Average();

    private static int[] Order(float[] scores) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).ThenBy(index => index)];

    private static int RankOf((float[] Scores, int Truth) row) => Array.IndexOf(Order(row.Scores), row.Truth);

    private static double Loss((float[] Scores, int Truth) row) =>
        -Math.Log(Math.Min(1, Math.Max(row.Scores[row.Truth], (float)1e-15)));
}
