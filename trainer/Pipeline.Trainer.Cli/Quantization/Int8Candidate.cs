using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Export.Quantization;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Cli.Quantization;

/// <summary>The int8 file that is being tried, in a folder of its own until it is good enough. A sample of validation images says how much it moves logits.</summary>
internal sealed class Int8Candidate(QuantizableModel model, CalibrationRun calibration, QuantizationJob job, SampleLogits sample, string path)
{
    private const int GoldenImages = 2;
    private const int SampleBatch = 32;
    private const double LargestChange = 0.05;   // share of images that may get another class when somebody verifies the file; the accuracy budget is tighter

    /// <summary>For the validation images that are not in the sample: how much more int8 may move their logits than the largest in it.</summary>
    private const double OtherImages = 1.5;

    private readonly QuantizationRecipe settings = job.Settings;

    /// <summary>Where it lies.</summary>
    internal string Path => path;

    /// <summary>Operators that can be int8.</summary>
    internal IReadOnlyList<string> Nodes => model.Nodes;

    /// <summary>Writes the candidate with its own self-test.</summary>
    /// <returns>The operators that are int8 in it.</returns>
    internal IReadOnlyList<string> Write(ImmutableHashSet<string> floatNodes, CancellationToken cancellationToken)
    {
        QuantizerOptions options = Options(floatNodes);
        model.WriteQuantized(path, calibration.Table, options, golden: null);
        float[] own = Logits(path);
        options = options with { Precision = new ModelPrecision("int8", ToleranceOf(own, cancellationToken), LargestChange) };
        return model.WriteQuantized(path, calibration.Table, options, new GoldenSample(GoldenSample.RampFormula, GoldenImages, own));
    }

    /// <summary>Writes a file in which only one operator is int8; that operator may be one that int8 alone does nothing for.</summary>
    internal bool TryWriteOnly(string node) =>
        model.WriteQuantized(path, calibration.Table, Options([.. model.Nodes.Where(other => other != node)]), golden: null).Count > 0;

    private QuantizerOptions Options(ImmutableHashSet<string> floatNodes) => new()
    {
        ReduceRange = settings.ReduceRange,
        BiasCorrection = settings.BiasCorrection,
        FloatNodes = floatNodes,
        Provenance = Describe(floatNodes),
    };

    /// <summary>One line that equal quantizations share; nothing measured.</summary>
    private string Describe(ImmutableHashSet<string> floatNodes)
    {
        string method = settings.Calibration == CalibrationKind.Percentile ? string.Create(CultureInfo.InvariantCulture, $"percentile {settings.Percentile}") : WireNames.ToKebab(settings.Calibration);
        string kept = floatNodes.IsEmpty ? "none" : string.Join(' ', floatNodes.Order(StringComparer.Ordinal));
        return string.Create(CultureInfo.InvariantCulture, $"int8; {method} on {calibration.Images} images; bias correction {(settings.BiasCorrection ? "yes" : "no")}; reduced range {(settings.ReduceRange ? "yes" : "no")}; float operators {kept}");
    }

    /// <summary>
    /// How far logits may be off, as a share of max(1, the largest float32 logit). Of the self-test's synthetic images: on another processor, which may round a byte the other way, as much as int8 itself
    /// moved them. Of real ones, which <c>verify</c> holds against the trainer's float32: what int8 moved the logits of the validation sample, with a margin for the images outside it. The larger of both.
    /// </summary>
    private double ToleranceOf(float[] own, CancellationToken cancellationToken)
    {
        double synthetic = Moved(Logits(job.Model), own);
        double real = Moved(sample.Score(job.Model, SampleBatch, cancellationToken), sample.Score(path, SampleBatch, cancellationToken));
        return Math.Round(Math.Clamp(Math.Max(synthetic, OtherImages * real), ModelPrecision.Float32.LogitTolerance, 1), 6);
    }

    private static double Moved(float[] float32, float[] int8) =>
        float32.Zip(int8, (left, right) => Math.Abs((double)left - right)).DefaultIfEmpty(0).Max() / Math.Max(1, float32.Select(Math.Abs).DefaultIfEmpty(0).Max());

    private float[] Logits(string file)
    {
        using ScoringSession session = ScoringSession.Open(file, new ScoringOptions { Device = ScoringDevice.Cpu, Threads = job.Threads, SelfTest = false });
        ImageSize size = model.Contract.Preprocessing.Size;
        using ImageBatch images = ImageBatch.Rent(GoldenImages, size);
        GoldenSample.FillPixels(images.Pixels, GoldenImages, size);
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }
}
