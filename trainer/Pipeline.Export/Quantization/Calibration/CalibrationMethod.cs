namespace Pipeline.Export.Quantization.Calibration;

/// <summary>How the range of an activation is chosen from what was seen on the calibration images.</summary>
public enum CalibrationMethod
{
    /// <summary>The smallest and the largest value ever seen: nothing is clipped, outliers cost resolution.</summary>
    MinMax,

    /// <summary>The moving average of each image's smallest and largest value.</summary>
    MovingAverage,

    /// <summary>The range that holds a stated share of the values.</summary>
    Percentile,

    /// <summary>
    /// The range whose 8-bit distribution is nearest to the original one, by Kullback-Leibler divergence.
    /// </summary>
    Entropy,
}
