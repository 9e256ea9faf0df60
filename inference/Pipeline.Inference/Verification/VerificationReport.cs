using System.Collections.Immutable;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>Whether an exported model answers as its trainer does, and by how much not. Counts first.</summary>
public sealed record VerificationReport
{
    /// <summary>Whether there is no failure.</summary>
    public bool Passed => Failures.IsEmpty;

    /// <summary>Golden images compared.</summary>
    public required int Images { get; init; }

    /// <summary>Sizes of the batches that were scored, rising, partial ones included.</summary>
    public required ImmutableArray<int> BatchSizes { get; init; }

    /// <summary>Largest absolute difference of a logit, over all images and batch sizes.</summary>
    public required double MaxAbsLogitDifference { get; init; }

    /// <summary>Largest allowed one: relative tolerance x max(1, max |trainer's logit|).</summary>
    public required double Tolerance { get; init; }

    /// <summary>In what numbers the model computes, such as <c>fp32</c> or <c>fp16</c>.</summary>
    public required string Arithmetic { get; init; }

    /// <summary>Share of images that may get another class; 0 for float32.</summary>
    public required double Top1Budget { get; init; }

    /// <summary>Share of images without a counted disagreement at any batch size.</summary>
    public required double Top1Agreement { get; init; }

    /// <summary>Share of images that the trainer's logits classify as labelled.</summary>
    public required double AccuracyTorch { get; init; }

    /// <summary>Share of images that the exported model classifies as labelled, at the largest batch size.</summary>
    public required double AccuracyOnnx { get; init; }

    /// <summary>The temperature that the probabilities were held to.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Largest absolute difference of a probability from softmax(logits / temperature), over all images and batch
    /// sizes.
    /// </summary>
    public double MaxAbsProbabilityDifference { get; init; }

    /// <summary>Largest allowed one: 1e-5 x max(1, max |logit| / temperature).</summary>
    public double ProbabilityTolerance { get; init; }

    /// <summary>Images whose features were compared; 0 when that was not asked for.</summary>
    public int FeatureImages { get; init; }

    /// <summary>Largest absolute difference of a feature.</summary>
    public double MaxAbsFeatureDifference { get; init; }

    /// <summary>Largest allowed one: relative tolerance x max(1, max |trainer's feature|).</summary>
    public double FeatureTolerance { get; init; }

    /// <summary>Original images that were decoded again and are bit-equal to what the trainer saw.</summary>
    public required int ImagesDecodedEqual { get; init; }

    /// <summary>Original images that the golden file names and that are not there.</summary>
    public required int ImagesMissing { get; init; }

    /// <summary>Where the exported model ran.</summary>
    public required ScoringDevice Device { get; init; }

    /// <summary>Images with different classes, counted or not.</summary>
    public required ImmutableArray<Disagreement> Disagreements { get; init; }

    /// <summary>What is wrong, one line each; empty when the model passed.</summary>
    public required ImmutableArray<string> Failures { get; init; }

    /// <summary>The report on a model that cannot even be opened or compared.</summary>
    /// <param name="precision">What it would have been held to.</param>
    /// <param name="failure">Why, one line.</param>
    /// <returns>A report that has not passed, with no images.</returns>
    public static VerificationReport NotChecked(ModelPrecision precision, string failure)
    {
        ArgumentNullException.ThrowIfNull(precision);
        return new VerificationReport
        {
            Images = 0,
            BatchSizes = [],
            MaxAbsLogitDifference = double.NaN,
            Tolerance = double.NaN,
            Arithmetic = precision.Arithmetic,
            Top1Budget = precision.Top1Budget,
            Top1Agreement = 0,
            AccuracyTorch = double.NaN,
            AccuracyOnnx = double.NaN,
            ImagesDecodedEqual = 0,
            ImagesMissing = 0,
            Device = ScoringDevice.Cpu,
            Disagreements = [],
            Failures = [failure],
        };
    }
}
