using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Cli.Comparison;

/// <summary>
/// How far two models agree on the same images. Classes are matched by name, whatever their order. Memory does not
/// depend on the number of images.
/// </summary>
internal sealed class ModelComparison
{
    private readonly int[] toSecond; // index in the second model of each class of the first
    private readonly int top;

    // the smallest difference first, to be replaced first
    private readonly PriorityQueue<ComparedImage, double> differing = new();

    /// <summary>Starts without an image.</summary>
    /// <param name="first">Classes of the first model.</param>
    /// <param name="second">Classes of the second.</param>
    /// <param name="top">Disagreements to keep.</param>
    /// <exception cref="ModelContractException">The models know different classes.</exception>
    internal ModelComparison(LabelSet first, LabelSet second, int top)
    {
        string[] onlyFirst = [.. first.Except(second, StringComparer.Ordinal)];
        string[] onlySecond = [.. second.Except(first, StringComparer.Ordinal)];
        if (onlyFirst.Length + onlySecond.Length > 0)
        {
            throw new ModelContractException(
                $"The models know different classes: only the first has '{string.Join("', '", onlyFirst)}', "
                    + $"only the second '{string.Join("', '", onlySecond)}'. Compare models of the same classes."
            );
        }

        this.top = top;
        toSecond = [.. first.Select(label => second.TryIndexOf(label, out int index) ? index : -1)];
    }

    /// <summary>Images that both could read.</summary>
    internal long Images { get; private set; }

    /// <summary>Images that one or both could not read.</summary>
    internal long Errors { get; private set; }

    /// <summary>Images of the same class.</summary>
    internal long Agreed { get; private set; }

    /// <summary>What the models got right of the images whose class is known.</summary>
    internal PairedCounts Labelled { get; private set; }

    /// <summary>Largest difference of one class's probability.</summary>
    internal double LargestDifference { get; private set; }

    /// <summary>The image that it was found on; empty without an image.</summary>
    internal string LargestAt { get; private set; } = string.Empty;

    /// <summary>Share of images of the same class; 1 without an image.</summary>
    internal double Agreement => Images == 0 ? 1 : (double)Agreed / Images;

    /// <summary>Images of different classes, the largest difference first; equal ones by path.</summary>
    internal IReadOnlyList<ComparedImage> Disagreements =>
        [
            .. differing
                .UnorderedItems.Select(item => item.Element)
                .OrderByDescending(image => image.Difference)
                .ThenBy(image => image.Path, StringComparer.Ordinal),
        ];

    /// <summary>Counts one image.</summary>
    /// <param name="first">What the first model says. Borrowed.</param>
    /// <param name="second">What the second model says. Borrowed.</param>
    /// <param name="truth">The image's class; <c>null</c> when nobody knows.</param>
    internal void Add(Prediction first, Prediction second, string? truth)
    {
        if (first.Label is null || second.Label is null)
        {
            Errors++;
            return;
        }

        double difference = 0;
        for (int index = 0; index < toSecond.Length; index++)
        {
            difference = Math.Max(
                difference,
                Math.Abs((double)first.Probabilities[index] - second.Probabilities[toSecond[index]])
            );
        }

        if (difference > LargestDifference || Images == 0)
        {
            (LargestDifference, LargestAt) = (difference, first.Path);
        }

        Images++;
        if (truth is not null)
        {
            Labelled = Labelled.With(first.Label == truth, second.Label == truth);
        }

        if (first.Label == second.Label)
        {
            Agreed++;
            return;
        }

        differing.Enqueue(
            new ComparedImage(
                first.Path,
                first.Label,
                first.Probability,
                second.Label,
                second.Probability,
                truth,
                difference
            ),
            difference
        );
        if (differing.Count > top)
        {
            differing.Dequeue();
        }
    }
}
