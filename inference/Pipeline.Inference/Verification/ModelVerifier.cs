using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>
/// The export gate: an exported model must answer as its trainer did, on real images, at every batch size, or it is not
/// published.
/// </summary>
public static class ModelVerifier
{
    /// <summary>Compares a model with a golden file. That it differs is a result, not an exception.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="goldenPath">Path of the <c>golden.safetensors</c> that the trainer wrote.</param>
    /// <param name="options">What to compare; <c>null</c> takes the defaults.</param>
    /// <param name="logger">Receives the choice of device; <c>null</c> for none.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The findings; <see cref="VerificationReport.Passed"/> is the verdict.</returns>
    /// <exception cref="ModelContractException">
    /// The model cannot be opened, contradicts its contract or fails its self-test.
    /// </exception>
    /// <exception cref="WeightsException">The golden file is missing or damaged.</exception>
    /// <exception cref="DatasetException">The golden file does not fit the model.</exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static VerificationReport Verify(
        string modelPath,
        string goldenPath,
        VerificationOptions? options = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new VerificationOptions();
        if (options.BatchSizes.IsDefaultOrEmpty || options.BatchSizes.Any(size => size < 1))
        {
            throw new ArgumentException("Give at least one batch size, each at least 1.", nameof(options));
        }

        using ScoringSession session = ScoringSession.Open(modelPath, options.Scoring, logger);
        GoldenFile golden = GoldenFile.Read(goldenPath, session.Contract);
        ModelPrecision precision = options.Precision ?? session.Contract.Precision;
        var comparison = new LogitComparison(golden, session.Contract.Labels, precision);
        var probabilities = new ProbabilityComparison(
            options.Temperature ?? session.Contract.Temperature,
            session.Contract.Temperature
        );
        FeatureComparison? features = options.Scoring.Features ? new FeatureComparison(golden, precision) : null;
        var sizesRun = new SortedSet<int>();
        foreach (int size in Sizes(options.BatchSizes, golden.Count))
        {
            comparison.StartPass();
            foreach ((int first, ScoreBatch scores) in Score(session, golden, size, cancellationToken))
            {
                using (scores)
                {
                    comparison.Add(first, scores);
                    probabilities.Add(scores);
                    features?.Add(first, scores);
                    sizesRun.Add(scores.Count);
                }
            }
        }

        DecodedImages decoded = DecodedImages.Compare(
            golden,
            session.Contract.Preprocessing,
            options.ImageRoot,
            cancellationToken
        );
        var failures = ImmutableArray.CreateBuilder<string>();
        CheckLabels(failures, session.Contract.Labels, options.Labels, golden);
        comparison.AddFailures(failures);
        probabilities.AddFailures(failures);
        features?.AddFailures(failures);
        decoded.AddFailures(failures, options.RequireImages);
        return new VerificationReport
        {
            Images = golden.Count,
            BatchSizes = [.. sizesRun],
            MaxAbsLogitDifference = comparison.MaxDifference,
            Tolerance = comparison.Allowed,
            Arithmetic = precision.Arithmetic,
            Top1Budget = precision.Top1Budget,
            Top1Agreement = comparison.Top1Agreement,
            AccuracyTorch = (double)comparison.CorrectTorch / golden.Count,
            AccuracyOnnx = (double)comparison.CorrectOnnx / golden.Count,
            Temperature = probabilities.Temperature,
            MaxAbsProbabilityDifference = probabilities.MaxDifference,
            ProbabilityTolerance = probabilities.Allowed,
            FeatureImages = features is null ? 0 : golden.FeatureImages,
            MaxAbsFeatureDifference = features?.MaxDifference ?? 0,
            FeatureTolerance = features?.Allowed ?? 0,
            ImagesDecodedEqual = decoded.Equal,
            ImagesMissing = decoded.Missing,
            Device = session.Device.Effective,
            Disagreements = comparison.Disagreements,
            Failures = failures.ToImmutable(),
        };
    }

    /// <summary>
    /// The batch sizes to run, rising: those asked for, none above N, and one that leaves a partial batch when none of
    /// them does.
    /// </summary>
    /// <param name="asked">From the options.</param>
    /// <param name="count">Golden images N.</param>
    /// <returns>At least one size. The last one is the size whose accuracy is reported.</returns>
    internal static IReadOnlyList<int> Sizes(IReadOnlyList<int> asked, int count)
    {
        var sizes = new SortedSet<int>(asked.Select(size => Math.Min(size, count)));
        if (sizes.All(size => count % size == 0))
        {
            // Walk down from the largest: 31 for 256 images, which leaves 8; nothing below 3 images.
            int partial = Enumerable.Range(2, Math.Max(0, sizes.Max - 2)).LastOrDefault(size => count % size != 0);
            if (partial > 0)
            {
                sizes.Add(partial);
            }
        }

        return [.. sizes];
    }

    /// <summary>
    /// Scores all golden images in batches of one size; the reader disposes each batch, which begins with the golden
    /// image of its number.
    /// </summary>
    private static IEnumerable<(int First, ScoreBatch Scores)> Score(
        ScoringSession session,
        GoldenFile golden,
        int batchSize,
        CancellationToken cancellationToken
    )
    {
        int imageBytes = session.Contract.Preprocessing.Size.RgbBytes;
        for (int first = 0; first < golden.Count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batchSize, golden.Count - first);
            yield return (first, session.Score(golden.Images.Slice(first * imageBytes, count * imageBytes), count));
        }
    }

    private static void CheckLabels(
        ImmutableArray<string>.Builder failures,
        LabelSet found,
        LabelSet? asked,
        GoldenFile golden
    )
    {
        foreach (
            IEnumerable<string> expected in new IEnumerable<string>?[] { asked, golden.LabelNames }.OfType<
                IEnumerable<string>
            >()
        )
        {
            if (!expected.SequenceEqual(found, StringComparer.Ordinal))
            {
                failures.Add($"labels differ: the trainer has {string.Join(", ", expected)}; the model has {found}");
            }
        }
    }
}
