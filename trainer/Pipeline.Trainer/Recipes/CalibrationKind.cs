namespace Pipeline.Trainer.Recipes;

/// <summary>How the range of an activation is chosen from what it is on calibration images.</summary>
public enum CalibrationKind
{
    /// <summary>Smallest and largest value.</summary>
    MinMax,

    /// <summary>Moving average of each image's smallest and largest value.</summary>
    MovingAverage,

    /// <summary>The range that holds a stated share of the values.</summary>
    Percentile,

    /// <summary>The range whose 8-bit distribution is nearest to the original one.</summary>
    Entropy,
}
