using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;

namespace Pipeline.Training.Quantization;

/// <summary>
/// The temperature of an int8 file: the float32 model's, so that both are as sure of the same logits and one reject
/// option serves both; 1 if that raised the log-loss of int8's own validation logits.
/// </summary>
/// <param name="float32">The float32 model's contract.</param>
internal sealed class KeptTemperature(ModelContract float32)
{
    private readonly ClassificationAccumulator without = new(float32.Labels.Count),
        kept = new(float32.Labels.Count);
    private readonly float[] probabilities = new float[float32.Labels.Count];

    /// <summary>The temperature.</summary>
    internal double Chosen => kept.ToReport().LogLoss > without.ToReport().LogLoss ? 1 : float32.Temperature;

    /// <summary>Counts an image.</summary>
    /// <param name="sample">A labelled image.</param>
    /// <param name="logits">What int8 says of it, <c>float32 [K]</c>. Borrowed.</param>
    internal void Add(ImageSample sample, ReadOnlySpan<float> logits)
    {
        TemperatureScaling.Softmax(logits, 1, probabilities);
        without.Add(probabilities, sample.ClassIndex);
        TemperatureScaling.Softmax(logits, float32.Temperature, probabilities);
        kept.Add(probabilities, sample.ClassIndex);
    }

    /// <summary>
    /// The temperature with int8's log-loss and calibration error before and after; <c>null</c> for a model that was
    /// never calibrated, or without images.
    /// </summary>
    internal TemperatureFit? ToFit()
    {
        if (float32.Temperature == 1 || kept.Count == 0)
        {
            return null;
        }

        ClassificationReport before = without.ToReport();
        ClassificationReport after = (Chosen == 1 ? without : kept).ToReport();
        return new TemperatureFit(
            Chosen,
            before.Count,
            before.LogLoss,
            after.LogLoss,
            before.ExpectedCalibrationError,
            after.ExpectedCalibrationError
        );
    }
}
