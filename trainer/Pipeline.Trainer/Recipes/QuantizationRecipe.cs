namespace Pipeline.Trainer.Recipes;

/// <summary>How the published model becomes int8 as well, and when that file is good enough to be published.</summary>
public sealed record QuantizationRecipe
{
    /// <summary>How ranges are chosen.</summary>
    public CalibrationKind Calibration { get; init; } = CalibrationKind.Percentile;

    /// <summary>
    /// For <see cref="CalibrationKind.Percentile"/>: share of the values inside the range in percent, in (50, 100].
    /// </summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Training images that the ranges are measured on, at most.</summary>
    public int Images { get; init; } = 256;

    /// <summary>Points of validation accuracy that int8 may cost, in percentage points, at least 0.</summary>
    public double BudgetPoints { get; init; } = 0.5;

    /// <summary>How many times as fast as float32 the int8 file must be on this machine to be published.</summary>
    public double MinSpeedup { get; init; } = 1.3;

    /// <summary>Whether the mean error of rounded weights is taken back in the bias.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>
    /// Whether weights use 7 bits: right on processors without VNNI, and the default there
    /// (<see cref="Int8Processor"/>).
    /// </summary>
    public bool ReduceRange { get; init; } = Int8Processor.NeedsReducedRange;
}
