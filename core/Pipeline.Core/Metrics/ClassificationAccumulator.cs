using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Metrics;

/// <summary>
/// Counts scored rows into metrics, in memory that depends on the number of classes K only (K² counts), however many
/// rows there are. Training's validation and the evaluation of an exported model both use it, so their numbers are
/// comparable by construction. Not thread-safe; the result depends on the order of rows in the last bits of the sums
/// only.
/// </summary>
/// <remarks>
/// Definitions are those of ML.NET's multiclass evaluator; checked against slow, obvious code in
/// <c>ClassificationAccumulatorTests</c>.
/// </remarks>
public sealed class ClassificationAccumulator
{
    /// <summary>Number of equal-width bins of the calibration error.</summary>
    public const int CalibrationBins = 15;

    /// <summary>Smallest probability that the log-loss sees: 1e-15 as a float, as in ML.NET.</summary>
    private const float SmallestProbability = 1e-15f;

    private readonly long[] confusion; // [truth * K + predicted]
    private readonly long[] ranks; // rows whose true class has this rank, [K]
    private readonly double[] logLossSums; // by true class, [K], nats
    private readonly long[] binCounts = new long[CalibrationBins];
    private readonly long[] binCorrect = new long[CalibrationBins];
    private readonly double[] binConfidenceSums = new double[CalibrationBins];
    private double logLossSum;
    private long accepted;
    private long acceptedCorrect;

    /// <summary>Starts at zero rows.</summary>
    /// <param name="classCount">K, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Fewer than 2 classes, or so many that K² counts do not fit an array.
    /// </exception>
    public ClassificationAccumulator(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 30_000);
        ClassCount = classCount;
        confusion = new long[classCount * classCount];
        ranks = new long[classCount];
        logLossSums = new double[classCount];
    }

    /// <summary>Number of classes K.</summary>
    public int ClassCount { get; }

    /// <summary>Rows counted so far.</summary>
    public long Count { get; private set; }

    /// <summary>Rows left out so far.</summary>
    public long Skipped { get; private set; }

    /// <summary>Rows counted so far whose true class has rank 0.</summary>
    public long Correct => ranks[0];

    /// <summary>
    /// Counts one row. A row with a negative <paramref name="truth"/> or a score that is not finite is left out and
    /// counted as skipped.
    /// </summary>
    /// <param name="probabilities">One probability per class, in label order. Borrowed for the call.</param>
    /// <param name="truth">Output index of the true class; negative when the row has no label.</param>
    /// <param name="isRejected">
    /// Whether the answer was held back as too uncertain. Such a row is in every metric by its scores like any other,
    /// and in the count of the rejected.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="probabilities"/> has not K values.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="truth"/> is K or more.</exception>
    public void Add(ReadOnlySpan<float> probabilities, int truth, bool isRejected = false)
    {
        if (probabilities.Length != ClassCount)
        {
            throw new ArgumentException(
                $"Expected {ClassCount} probabilities, one per class, found {probabilities.Length}.",
                nameof(probabilities)
            );
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(truth, ClassCount);
        if (truth < 0 || !AllFinite(probabilities))
        {
            Skipped++;
            return;
        }

        int predicted = TopClass(probabilities);
        int rank = Rank(probabilities, truth);
        double loss = -Math.Log(Math.Clamp(probabilities[truth], SmallestProbability, 1f));
        Count++;
        accepted += isRejected ? 0 : 1;
        acceptedCorrect += !isRejected && rank == 0 ? 1 : 0;
        confusion[(truth * ClassCount) + predicted]++;
        ranks[rank]++;
        logLossSum += loss;
        logLossSums[truth] += loss;
        double confidence = Math.Clamp((double)probabilities[predicted], 0, 1);
        int bin = Math.Min((int)(confidence * CalibrationBins), CalibrationBins - 1);
        binCounts[bin]++;
        binCorrect[bin] += rank == 0 ? 1 : 0;
        binConfidenceSums[bin] += confidence;
    }

    /// <summary>Counts a row that has no scores, such as an image that could not be read.</summary>
    public void Skip() => Skipped++;

    /// <summary>The class with the highest score; of equal ones the first.</summary>
    /// <param name="scores">At least one score; NaN is never chosen unless all are.</param>
    /// <returns>Its index.</returns>
    public static int TopClass(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int index = 1; index < scores.Length; index++)
        {
            if (scores[index] > scores[best] || float.IsNaN(scores[best]))
            {
                best = index;
            }
        }

        return best;
    }

    /// <summary>
    /// Number of classes with a higher score than <paramref name="truth"/>, or an equal score and a lower index.
    /// </summary>
    /// <param name="scores">One finite score per class.</param>
    /// <param name="truth">Index of the true class.</param>
    /// <returns>The rank; 0 is right.</returns>
    public static int Rank(ReadOnlySpan<float> scores, int truth)
    {
        float own = scores[truth];
        int rank = 0;
        for (int index = 0; index < scores.Length; index++)
        {
            rank += scores[index] > own || (scores[index] == own && index < truth) ? 1 : 0;
        }

        return rank;
    }

    /// <summary>Derives every metric from the counts so far; rows may be added afterwards.</summary>
    /// <param name="labels">Names of the classes; <c>null</c> calls them by their index.</param>
    /// <returns>An independent report.</returns>
    /// <exception cref="ArgumentException"><paramref name="labels"/> has not K names.</exception>
    public ClassificationReport ToReport(LabelSet? labels = null)
    {
        if (labels is not null && labels.Count != ClassCount)
        {
            throw new ArgumentException($"Expected {ClassCount} labels, found {labels.Count}.", nameof(labels));
        }

        ImmutableArray<string> names = labels is not null
            ? [.. labels]
            : [.. Enumerable.Range(0, ClassCount).Select(index => index.ToString(CultureInfo.InvariantCulture))];
        ImmutableArray<ImmutableArray<long>> rows = [.. confusion.Chunk(ClassCount).Select(ImmutableArray.Create)];
        long[] support = [.. rows.Select(row => row.Sum())];
        ImmutableArray<ClassMetrics> perClass =
        [
            .. Enumerable
                .Range(0, ClassCount)
                .Select(c =>
                    ClassMetrics.From(names[c], support[c], rows.Sum(row => row[c]), rows[c][c], logLossSums[c])
                ),
        ];
        double logLoss = logLossSum / Count;
        double entropy = Entropy(support);
        return new ClassificationReport
        {
            Labels = names,
            Count = Count,
            Skipped = Skipped,
            MicroAccuracy = (double)ranks[0] / Count,
            MicroAccuracyInterval = Interval.Wilson(ranks[0], Count),
            Rejected = Count - accepted,
            AcceptedAccuracy = (double)acceptedCorrect / accepted,
            AcceptedAccuracyInterval = Interval.Wilson(acceptedCorrect, accepted),
            MacroAccuracy = perClass
                .Where(c => c.Support > 0)
                .Select(c => c.Recall)
                .DefaultIfEmpty(double.NaN)
                .Average(),
            LogLoss = logLoss,
            LogLossReduction = (entropy - logLoss) / entropy,
            TopKAccuracy = TopK(),
            PerClass = perClass,
            Confusion = rows,
            ExpectedCalibrationError = CalibrationError(),
            Calibration = [.. Enumerable.Range(0, CalibrationBins).Select(Bin)],
        };
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private double Entropy(long[] support)
    {
        double entropy = 0;
        foreach (long rows in support.Where(rows => rows > 0))
        {
            double share = (double)rows / Count;
            entropy -= share * Math.Log(share);
        }

        return entropy;
    }

    private ImmutableArray<double> TopK()
    {
        var shares = ImmutableArray.CreateBuilder<double>(ClassCount);
        long below = 0;
        foreach (long rows in ranks)
        {
            below += rows;
            shares.Add((double)below / Count);
        }

        return shares.MoveToImmutable();
    }

    private double CalibrationError()
    {
        double sum = 0;
        for (int bin = 0; bin < CalibrationBins; bin++)
        {
            sum += Math.Abs(binCorrect[bin] - binConfidenceSums[bin]);
        }

        return sum / Count;
    }

    private CalibrationBin Bin(int bin) =>
        new(
            (double)bin / CalibrationBins,
            (bin + 1.0) / CalibrationBins,
            binCounts[bin],
            binConfidenceSums[bin] / binCounts[bin],
            (double)binCorrect[bin] / binCounts[bin]
        );
}
