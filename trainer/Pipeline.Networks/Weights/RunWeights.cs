using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights.Matching;

namespace Pipeline.Networks.Weights;

/// <summary>
/// An earlier run of ours as starting weights. Classes may have been added, removed or put in another order: the last
/// layer's rows follow their labels, and rows of new labels start anew.
/// </summary>
internal static class RunWeights
{
    /// <summary>Finds a run's best checkpoint.</summary>
    /// <param name="path">A checkpoint, or the folder of a run or of one of its models.</param>
    /// <returns>Path of a <c>.safetensors</c> file.</returns>
    /// <exception cref="WeightsException">There is none.</exception>
    public static string CheckpointOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = FolderAlias.Resolve(path);
        string best = Path.Combine(path, "checkpoints", "best.safetensors");
        return File.Exists(path) ? path
            : File.Exists(best) ? best
            : throw new WeightsException(
                $"There is no run at '{path}': neither a checkpoint nor a folder with checkpoints/best.safetensors. "
                    + "Give the folder of a complete run, such as run:artifacts/<recipe>/latest."
            )
            {
                Subject = path,
            };
    }

    /// <summary>
    /// Replaces <c>latest</c> by the run it points to, so that a resolved recipe means the same tomorrow.
    /// </summary>
    /// <param name="weights">As a recipe has it.</param>
    /// <returns>The same, or <c>run:</c> with the path of the run itself.</returns>
    public static string? Pin(string? weights) =>
        weights is not null
        && WeightsReference.Parse(weights) is { Kind: WeightsKind.Run, Text: string path }
        && FolderAlias.TargetOf(path) is string target
            ? $"run:{Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, target)}"
            : weights;

    /// <summary>Fits an earlier run to a new network and its classes.</summary>
    /// <param name="earlier">The earlier run's checkpoint. Borrowed.</param>
    /// <param name="source">Its path, for messages.</param>
    /// <param name="spec">The new network.</param>
    /// <param name="labels">Its classes. Borrowed.</param>
    /// <param name="replaceHead">Whether the old head is dropped.</param>
    /// <param name="create">Makes the starting value of a parameter.</param>
    /// <returns>Weights for the whole network but a replaced head.</returns>
    /// <exception cref="WeightsException">The backbones, cuts or heads differ.</exception>
    public static MatchedWeights Fit(
        Checkpoint earlier,
        string source,
        NetworkSpec spec,
        LabelSet labels,
        bool replaceHead,
        Func<ParameterSpec, TensorData> create
    )
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(spec);
        if (earlier.Spec.Backbone != spec.Backbone || earlier.Spec.Cut != spec.Cut)
        {
            throw Differs(
                source,
                "the backbone",
                Describe(earlier.Spec),
                Describe(spec),
                "Use the same backbone and cut."
            );
        }

        string[] oldHead = [.. earlier.Spec.Head.Select(HeadNotation.Write)];
        string[] newHead = [.. spec.Head.Select(HeadNotation.Write)];
        if (!replaceHead && !oldHead.SequenceEqual(newHead))
        {
            throw Differs(
                source,
                "the head",
                $"[{string.Join(", ", oldHead)}]",
                $"[{string.Join(", ", newHead)}]",
                "Use the same head, or say replace_head: true beside 'weights' to start a new one."
            );
        }

        NetworkGraph graph = spec.Build();
        var tensors = new List<TensorData>();
        foreach (Node node in graph.Nodes.Where(node => !replaceHead || !HeadBuilder.IsHead(node)))
        {
            foreach (ParameterSpec parameter in node.Parameters)
            {
                TensorData old = earlier.Weights[parameter.Key];
                bool followsLabels =
                    HeadBuilder.IsHead(node)
                    && node.Operation is Linear
                    && node == graph.Nodes.Last(other => other.Parameters.Count > 0);
                tensors.Add(
                    followsLabels ? Rows(old, earlier.Contract.Labels, create(parameter), labels, source)
                    : old.Shape.SequenceEqual(parameter.Shape) ? old
                    : throw Differs(
                        source,
                        $"tensor '{parameter.Key}'",
                        old.ShapeText,
                        $"[{string.Join(", ", parameter.Shape)}]",
                        "Use the same size of images, or say replace_head: true."
                    )
                );
            }
        }

        return new MatchedWeights(new WeightSet(tensors), [Note(earlier.Contract.Labels, labels, replaceHead)])
        {
            HasHead = !replaceHead,
        };
    }

    /// <summary>The old row of each label that existed, the new one of each that did not.</summary>
    private static TensorData Rows(TensorData old, LabelSet oldLabels, TensorData fresh, LabelSet labels, string source)
    {
        string[] before = [.. oldLabels];
        string[] now = [.. labels];
        if (before.SequenceEqual(now) && old.Shape.SequenceEqual(fresh.Shape))
        {
            return old;
        }

        if (
            old.Shape[0] != before.Length
            || fresh.Shape[0] != now.Length
            || !old.Shape.Skip(1).SequenceEqual(fresh.Shape.Skip(1))
        )
        {
            throw Differs(
                source,
                $"tensor '{old.Name}'",
                old.ShapeText,
                fresh.ShapeText,
                "Its rows are not one per class; use the same classes, or say replace_head: true."
            );
        }

        float[] values = fresh.AsFloat32().ToArray();
        int width = values.Length / now.Length;
        for (int row = 0; row < now.Length; row++)
        {
            int earlier = Array.IndexOf(before, now[row]);
            if (earlier >= 0)
            {
                old.AsFloat32().Slice(earlier * width, width).CopyTo(values.AsSpan(row * width));
            }
        }

        return TensorData.FromFloat32(fresh.Name, fresh.Shape, values);
    }

    private static string Note(LabelSet before, LabelSet now, bool replaceHead)
    {
        string[] added = [.. now.Except(before)];
        string[] removed = [.. before.Except(now)];
        string changes =
            (added.Length > 0 ? $"; new: {string.Join(", ", added)}" : "")
            + (removed.Length > 0 ? $"; no longer there: {string.Join(", ", removed)}" : "");
        return replaceHead
            ? "The earlier run's head is left out."
            : $"The earlier run's head is kept for {now.Intersect(before).Count()} classes{changes}.";
    }

    private static string Describe(NetworkSpec spec) =>
        $"{spec.Backbone}{(spec.Cut is null ? string.Empty : $" cut at {spec.Cut}")}";

    private static WeightsException Differs(string source, string what, string found, string expected, string remedy) =>
        new($"Run '{source}' does not fit: {what} is {found} there and {expected} here. {remedy}")
        {
            Subject = source,
            Expected = expected,
            Found = found,
        };
}
