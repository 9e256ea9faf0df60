using System.Globalization;

namespace Pipeline.Core.Metrics;

/// <summary>
/// Makes confidences honest: divides the logits by one positive number, the temperature, so that the softmax is as sure
/// as the model is right. The order of the classes, and so the accuracy, stays.
/// </summary>
/// <remarks>
/// <para>
/// The temperature minimises the mean of -ln softmax(z / T)_y over images with logits z and class y. Source: Guo et al.
/// 2017, arXiv:1706.04599, section 4.2.
/// </para>
/// <para>
/// The loss is convex in 1 / T, so it falls and then rises over ln T. The slope over 1 / T, the mean of sum_k p_k z_k -
/// z_y, changes its sign at the minimum, which bisection over ln T finds.
/// Checked against a scan of temperatures, and on labels drawn at a known one, in <c>TemperatureScalingTests</c>.
/// </para>
/// </remarks>
public static class TemperatureScaling
{
    /// <summary>Smallest temperature that is tried.</summary>
    public const double Lowest = 0.05;

    /// <summary>Largest temperature that is tried.</summary>
    public const double Highest = 20;

    private const int Bisections = 24; // of ln 400 = 6: to 4e-7, more than the four digits that are kept

    /// <summary>
    /// Fits the temperature to labelled images. Equal input gives equal bits; costs some 25 passes over the logits.
    /// </summary>
    /// <param name="logits">
    /// Raw scores, row-major <c>float32 [N, K]</c>. Borrowed. A row with a value that is not finite is left out.
    /// </param>
    /// <param name="truths">
    /// Class of each row, <c>[N]</c>, each below K; a negative one leaves the row out. Borrowed.
    /// </param>
    /// <param name="classCount">Number of classes K, at least 2.</param>
    /// <returns>
    /// The temperature to four digits. It is 1 when no other lowers the log-loss, and when no row is wrong: the
    /// log-loss of such rows falls without end as T goes to 0, so they do not say how
    /// sure the model may be. <c>null</c> when there is no usable row.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has not N x K values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 classes, or a class is K or more.</exception>
    public static TemperatureFit? Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> truths, int classCount)
    {
        ClassificationReport before = Measure(logits, truths, classCount, 1);
        if (before.Count == 0)
        {
            return null;
        }

        double temperature = IsNeverWrong(logits, truths, classCount) ? 1 : Minimise(logits, truths, classCount);
        ClassificationReport after = Measure(logits, truths, classCount, temperature);
        if (!(after.LogLoss < before.LogLoss))
        {
            (temperature, after) = (1, before);
        }

        return new TemperatureFit(
            temperature,
            before.Count,
            before.LogLoss,
            after.LogLoss,
            before.ExpectedCalibrationError,
            after.ExpectedCalibrationError
        );
    }

    /// <summary>Computes softmax(logits / temperature) of one image.</summary>
    /// <param name="logits">Raw scores <c>float32 [K]</c>, finite. Borrowed.</param>
    /// <param name="temperature">The divisor, positive.</param>
    /// <param name="probabilities">Receives <c>float32 [K]</c>, summing to 1.</param>
    /// <exception cref="ArgumentException">The two spans differ in length.</exception>
    public static void Softmax(ReadOnlySpan<float> logits, double temperature, Span<float> probabilities)
    {
        if (logits.Length != probabilities.Length)
        {
            throw new ArgumentException(
                $"Expected room for {logits.Length} probabilities, found {probabilities.Length}.",
                nameof(probabilities)
            );
        }

        double largest = Largest(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp((logit - largest) / temperature);
        }

        for (int index = 0; index < logits.Length; index++)
        {
            probabilities[index] = (float)(Math.Exp((logits[index] - largest) / temperature) / sum);
        }
    }

    /// <summary>The metrics at a temperature, by the same code that evaluation uses.</summary>
    private static ClassificationReport Measure(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> truths,
        int classCount,
        double temperature
    )
    {
        var accumulator = new ClassificationAccumulator(classCount);
        if (logits.Length != (long)truths.Length * classCount)
        {
            throw new ArgumentException(
                $"Expected {classCount} logits for each of {truths.Length} rows, found {logits.Length}.",
                nameof(logits)
            );
        }

        float[] probabilities = new float[classCount];
        for (int row = 0; row < truths.Length; row++)
        {
            ReadOnlySpan<float> scores = logits.Slice(row * classCount, classCount);
            if (IsUsable(scores, truths[row]))
            {
                Softmax(scores, temperature, probabilities);
                accumulator.Add(probabilities, truths[row]);
            }
        }

        return accumulator.ToReport();
    }

    private static bool IsNeverWrong(ReadOnlySpan<float> logits, ReadOnlySpan<int> truths, int classCount)
    {
        for (int row = 0; row < truths.Length; row++)
        {
            ReadOnlySpan<float> scores = logits.Slice(row * classCount, classCount);
            if (IsUsable(scores, truths[row]) && scores[truths[row]] < Largest(scores))
            {
                return false;
            }
        }

        return true;
    }

    private static double Minimise(ReadOnlySpan<float> logits, ReadOnlySpan<int> truths, int classCount)
    {
        (double low, double high) = (Math.Log(Lowest), Math.Log(Highest));
        for (int step = 0; step < Bisections; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = IsTooSure(logits, truths, classCount, Math.Exp(middle)) ? (middle, high) : (low, middle);
        }

        // four digits: the others would follow the last bits of the logits, which differ between processors
        string digits = Math.Exp((low + high) / 2).ToString("G4", CultureInfo.InvariantCulture);
        return Math.Clamp(double.Parse(digits, CultureInfo.InvariantCulture), Lowest, Highest);
    }

    /// <summary>
    /// Whether a higher temperature has a lower loss: the sum over the rows of sum_k p_k z_k - z_y is positive.
    /// </summary>
    private static bool IsTooSure(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> truths,
        int classCount,
        double temperature
    )
    {
        double slope = 0;
        for (int row = 0; row < truths.Length; row++)
        {
            ReadOnlySpan<float> scores = logits.Slice(row * classCount, classCount);
            if (!IsUsable(scores, truths[row]))
            {
                continue;
            }

            double largest = Largest(scores);
            (double sum, double weighted) = (0, 0);
            foreach (float score in scores)
            {
                double weight = Math.Exp((score - largest) / temperature);
                (sum, weighted) = (sum + weight, weighted + (weight * (score - largest)));
            }

            slope += (weighted / sum) - (scores[truths[row]] - largest);
        }

        return slope > 0;
    }

    private static bool IsUsable(ReadOnlySpan<float> scores, int truth)
    {
        if (truth < 0)
        {
            return false;
        }

        foreach (float score in scores)
        {
            if (!float.IsFinite(score))
            {
                return false;
            }
        }

        return true;
    }

    private static double Largest(ReadOnlySpan<float> scores)
    {
        float largest = scores[0];
        foreach (float score in scores)
        {
            largest = Math.Max(largest, score);
        }

        return largest;
    }
}
