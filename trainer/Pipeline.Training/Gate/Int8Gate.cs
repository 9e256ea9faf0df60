using System.Globalization;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Training.Gate;

/// <summary>What the gate found of an int8 file.</summary>
/// <param name="Reasons">Why it is not published, one line each; empty when it passed.</param>
/// <param name="BatchDifference">Largest difference of a logit between batch sizes.</param>
/// <param name="Speed">Speed of both files; <c>null</c> when int8 was not accurate enough to be measured.</param>
internal sealed record Int8Verdict(IReadOnlyList<string> Reasons, double BatchDifference, SpeedComparison? Speed);

/// <summary>
/// The gate of an int8 file. Its logits differ from float32's on purpose, so it is held to what they are for: as many
/// validation images right within a budget, the same answer whatever the batch, and more speed on the machine at hand.
/// </summary>
/// <param name="rule">The budget and the least speed-up.</param>
/// <param name="threads">Threads of the runtime.</param>
/// <param name="progress">Told before the speed is measured. Borrowed.</param>
/// <param name="clock">Measures times.</param>
internal sealed class Int8Gate(
    QuantizationRecipe rule,
    int threads,
    IProgress<TrainingUpdate> progress,
    TimeProvider clock
)
{
    private const int SpeedBatch = 32;

    // of max(1, max |logit|): the float32 parts at the ends may round differently
    private const double LargestBatchDifference = 1e-3;

    // points are differences of shares: 0.5 may come out as 0.5 + 1e-16
    private const double Rounding = 1e-9;

    /// <summary>Whether an accuracy holds the budget.</summary>
    /// <param name="float32">The float32 file's answers.</param>
    /// <param name="int8">The int8 file's answers to the same images.</param>
    internal bool HoldsBudget(ScoredImages float32, ScoredImages int8) =>
        int8.Count == float32.Count && (float32.Accuracy - int8.Accuracy) * 100 <= rule.BudgetPoints + Rounding;

    /// <summary>Compares accuracy, batch sizes and, if those are in order, speed.</summary>
    /// <param name="float32">Path of the float32 file.</param>
    /// <param name="int8">Path of the int8 file.</param>
    /// <param name="accuracy">Both on the validation images.</param>
    /// <param name="sample">Some validation images.</param>
    /// <param name="floatOperators">A clause on the operators without an int8 form; may be empty.</param>
    /// <param name="cancellationToken">Stops between two runs of a network.</param>
    /// <returns>The verdict.</returns>
    internal Int8Verdict Judge(
        string float32,
        string int8,
        AccuracyComparison accuracy,
        SampleLogits sample,
        string floatOperators,
        CancellationToken cancellationToken
    )
    {
        var reasons = new List<string>();
        if (!(accuracy.DropPoints <= rule.BudgetPoints + Rounding)) // not a number is too much as well
        {
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it costs {accuracy.DropPoints:0.00} points of accuracy on {accuracy.Images} validation images "
                        + $"({accuracy.Float32:P2} to {accuracy.Int8:P2}), the budget is {rule.BudgetPoints}"
                )
            );
        }

        double difference = sample.BatchDifference(int8, cancellationToken);
        double allowed = LargestBatchDifference * Math.Max(1, sample.LargestLogit(int8, SpeedBatch, cancellationToken));
        if (difference > allowed)
        {
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its logits depend on the batch size, by up to {difference:G3}, allowed are {allowed:G3}"
                )
            );
        }

        return reasons.Count > 0
            ? new Int8Verdict(reasons, difference, Speed: null)
            : JudgeSpeed(float32, int8, difference, floatOperators, cancellationToken);
    }

    private Int8Verdict JudgeSpeed(
        string float32,
        string int8,
        double difference,
        string floatOperators,
        CancellationToken cancellationToken
    )
    {
        progress.Message($"measuring the speed of both files in turns, batches of {SpeedBatch}, {threads} threads");
        SpeedComparison speed = SpeedComparison.Measure(float32, int8, threads, SpeedBatch, clock, cancellationToken);
        string[] reasons =
            speed.Speedup >= rule.MinSpeedup
                ? []
                :
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"it is {speed.Speedup:0.00}x as fast as float32 here ({speed.Float32MsPerImage:0.000} and "
                            + $"{speed.Int8MsPerImage:0.000} ms per image), at least {rule.MinSpeedup}x is asked "
                            + $"for{floatOperators}"
                    ),
                ];
        return new Int8Verdict(reasons, difference, speed);
    }
}
