using Pipeline.Core.Metrics;
using Pipeline.Trainer.Execution;
using Pipeline.Training.Gate;

namespace Pipeline.Training.Quantization;

/// <summary>Makes one operator after the other int8 and measures what that alone does to the logits.</summary>
internal sealed class SensitivityAnalysis(
    Int8Candidate candidate,
    SampleLogits sample,
    IProgress<TrainingUpdate> progress
)
{
    private const int BatchSize = 32;

    /// <summary>The operators, the worst first.</summary>
    internal IReadOnlyList<NodeSensitivity> Run(string model, CancellationToken cancellationToken)
    {
        float[] reference = sample.Score(model, BatchSize, cancellationToken);
        IReadOnlyList<string> nodes = candidate.Nodes;
        var found = new List<NodeSensitivity>();
        foreach (string node in nodes)
        {
            if (candidate.TryWriteOnly(node))
            {
                found.Add(Compare(node, reference, sample.Score(candidate.Path, BatchSize, cancellationToken)));
            }

            progress.Report(new PassProgress("operators tried alone", found.Count, nodes.Count));
        }

        return [.. found.OrderByDescending(node => node.LogitError).ThenBy(node => node.Node, StringComparer.Ordinal)];
    }

    private NodeSensitivity Compare(string node, float[] reference, float[] logits)
    {
        double error = 0,
            power = 0;
        for (int index = 0; index < reference.Length; index++)
        {
            error += Math.Pow((double)reference[index] - logits[index], 2);
            power += Math.Pow(reference[index], 2);
        }

        int classes = reference.Length / Math.Max(sample.Count, 1);
        int changed = Enumerable
            .Range(0, sample.Count)
            .Count(image => TopClass(reference, image, classes) != TopClass(logits, image, classes));
        return new NodeSensitivity(node, Math.Sqrt(error / Math.Max(power, double.Epsilon)), changed);
    }

    private static int TopClass(float[] logits, int image, int classes) =>
        ClassificationAccumulator.TopClass(logits.AsSpan(image * classes, classes));
}
