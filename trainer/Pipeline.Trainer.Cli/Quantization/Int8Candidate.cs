using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Export.Quantization;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Cli.Quantization;

/// <summary>The int8 file that is being tried, in a folder of its own until it is good enough.</summary>
internal sealed class Int8Candidate(QuantizableModel model, CalibrationRun calibration, QuantizationRecipe settings, string floatModel, string path, int threads)
{
    private const int GoldenImages = 2;
    private const double LargestChange = 0.05;   // share of images that may get another class when somebody verifies the file; the accuracy budget is tighter

    /// <summary>Where it lies.</summary>
    internal string Path => path;

    /// <summary>Operators that can be int8.</summary>
    internal IReadOnlyList<string> Nodes => model.Nodes;

    /// <summary>Writes the candidate with its own self-test.</summary>
    /// <returns>The operators that are int8 in it.</returns>
    internal IReadOnlyList<string> Write(ImmutableHashSet<string> floatNodes)
    {
        QuantizerOptions options = Options(floatNodes);
        model.WriteQuantized(path, calibration.Table, options, golden: null);
        float[] own = Logits(path);
        options = options with { Precision = new ModelPrecision("int8", ToleranceOf(own), LargestChange) };
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

    /// <summary>How far the self-test may be off. Another processor may round a byte the other way, so as much as int8 itself moved these logits.</summary>
    private double ToleranceOf(float[] own)
    {
        double largest = Math.Max(1, own.Max(value => Math.Abs(value)));
        double moved = own.Zip(Logits(floatModel), (left, right) => (double)Math.Abs(left - right)).Max();
        return Math.Round(Math.Clamp(moved / largest, ModelPrecision.Float32.LogitTolerance, 1), 6);
    }

    private float[] Logits(string file)
    {
        using ScoringSession session = ScoringSession.Open(file, new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads, SelfTest = false });
        ImageSize size = model.Contract.Preprocessing.Size;
        using ImageBatch images = ImageBatch.Rent(GoldenImages, size);
        GoldenSample.FillPixels(images.Pixels, GoldenImages, size);
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }
}
