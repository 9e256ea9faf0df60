using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Export.Quantization;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Training.Quantization;

/// <summary>The int8 file that is being tried, in a folder of its own until it is good enough.</summary>
internal sealed class Int8Candidate(
    QuantizableModel model,
    CalibrationRun calibration,
    QuantizationJob job,
    string path
)
{
    private const int GoldenImages = 2;

    // share of images that may get another class when somebody verifies the file; the accuracy budget is tighter
    private const double LargestChange = 0.05;

    /// <summary>
    /// What another processor, which may round a byte the other way, may add to the largest movement of a logit.
    /// </summary>
    private const double OtherProcessors = 1.5; // 1.32 times was seen, docs/results/int8.md

    private readonly QuantizationRecipe settings = job.Settings;

    /// <summary>Where it lies.</summary>
    internal string Path => path;

    /// <summary>Operators that can be int8.</summary>
    internal IReadOnlyList<string> Nodes => model.Nodes;

    /// <summary>A clause on the operators without an int8 form; empty when there are none.</summary>
    internal string FloatOperators =>
        model.FloatOperators.Count == 0
            ? string.Empty
            : "; float32 stay "
                + string.Join(
                    ", ",
                    model
                        .FloatOperators.OrderByDescending(pair => pair.Value)
                        .Select(pair => $"{pair.Value} {pair.Key}")
                );

    /// <summary>Writes a file to be tried.</summary>
    /// <returns>The operators that are int8 in it.</returns>
    internal IReadOnlyList<string> Write(ImmutableHashSet<string> floatNodes) =>
        model.WriteQuantized(path, calibration.Table, Options(floatNodes), golden: null);

    /// <summary>
    /// Writes the chosen file again, with its own self-test and how far its logits may be off: the larger of what int8
    /// moved the logits of the synthetic images by, which another processor may move as far, and of the validation
    /// images with a margin. All of these count, since a few images may move many times as far as all others
    /// (docs/results/int8.md); of images that were not seen a share of 1 / (n + 1) lies above the largest of n on
    /// average, whatever their distribution.
    /// </summary>
    /// <returns>How far int8 moves logits, and which temperature it has.</returns>
    internal (LogitMovement Movement, KeptTemperature Temperature) Finish(
        ImmutableHashSet<string> floatNodes,
        CancellationToken cancellationToken
    )
    {
        float[] own = Logits(path);
        var temperature = new KeptTemperature(model.Contract);
        LogitMovement movement = LogitMovement.Measure(
            job.Model,
            path,
            job.Validation,
            job.Threads,
            temperature.Add,
            cancellationToken
        );
        double largest = Math.Max(LogitMovement.Share(Logits(job.Model), own), OtherProcessors * movement.LargestShare);
        double tolerance = Math.Round(Math.Clamp(largest, ModelPrecision.Float32.LogitTolerance, 1), 6);
        QuantizerOptions options = Options(floatNodes) with
        {
            Precision = new ModelPrecision("int8", tolerance, LargestChange),
            Temperature = temperature.Chosen,
        };
        model.WriteQuantized(
            path,
            calibration.Table,
            options,
            new GoldenSample(GoldenSample.RampFormula, GoldenImages, own)
        );
        return (movement, temperature);
    }

    /// <summary>
    /// Writes a file in which only one operator is int8; that operator may be one that int8 alone does nothing for.
    /// </summary>
    internal bool TryWriteOnly(string node) =>
        model
            .WriteQuantized(
                path,
                calibration.Table,
                Options([.. model.Nodes.Where(other => other != node)]),
                golden: null
            )
            .Count > 0;

    private QuantizerOptions Options(ImmutableHashSet<string> floatNodes) =>
        new()
        {
            ReduceRange = settings.ReduceRange,
            BiasCorrection = settings.BiasCorrection,
            FloatNodes = floatNodes,
            Provenance = Describe(floatNodes),
        };

    /// <summary>One line that equal quantizations share; nothing measured.</summary>
    private string Describe(ImmutableHashSet<string> floatNodes)
    {
        string method =
            settings.Calibration == CalibrationKind.Percentile
                ? string.Create(CultureInfo.InvariantCulture, $"percentile {settings.Percentile}")
                : WireNames.ToKebab(settings.Calibration);
        string kept = floatNodes.IsEmpty ? "none" : string.Join(' ', floatNodes.Order(StringComparer.Ordinal));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"int8; {method} on {calibration.Images} images; "
                + $"bias correction {(settings.BiasCorrection ? "yes" : "no")}; "
                + $"reduced range {(settings.ReduceRange ? "yes" : "no")}; float operators {kept}"
        );
    }

    private float[] Logits(string file)
    {
        using ScoringSession session = ScoringSession.Open(
            file,
            new ScoringOptions
            {
                Device = ScoringDevice.Cpu,
                Threads = job.Threads,
                SelfTest = false,
            }
        );
        ImageSize size = model.Contract.Preprocessing.Size;
        using ImageBatch images = ImageBatch.Rent(GoldenImages, size);
        GoldenSample.FillPixels(images.Pixels, GoldenImages, size);
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }
}
