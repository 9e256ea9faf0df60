namespace Pipeline.Core.Metrics;

/// <summary>A temperature, and what it does to the images that it was fitted on.</summary>
/// <param name="Temperature">
/// Divisor of the logits before the softmax, in [<see cref="TemperatureScaling.Lowest"/>,
/// <see cref="TemperatureScaling.Highest"/>]; 1 changes nothing.
/// </param>
/// <param name="Images">Images that it was fitted on, at least 1.</param>
/// <param name="LogLossBefore">Their log-loss at temperature 1, in nats.</param>
/// <param name="LogLossAfter">Their log-loss at the temperature, in nats; never more than before.</param>
/// <param name="CalibrationErrorBefore">Their expected calibration error at temperature 1, in [0, 1].</param>
/// <param name="CalibrationErrorAfter">
/// Their expected calibration error at the temperature, in [0, 1]; usually less than before, but that is not promised.
/// </param>
public sealed record TemperatureFit(
    double Temperature,
    long Images,
    double LogLossBefore,
    double LogLossAfter,
    double CalibrationErrorBefore,
    double CalibrationErrorAfter
);
