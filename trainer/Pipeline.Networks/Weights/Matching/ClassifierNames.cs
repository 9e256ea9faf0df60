namespace Pipeline.Networks.Weights.Matching;

/// <summary>
/// The first parts of names that classifiers have upstream: what <c>replace_head</c> may drop, and nothing else.
/// </summary>
internal static class ClassifierNames
{
    /// <summary>torchvision's, Keras Applications' and ours.</summary>
    private static readonly HashSet<string> Layers = new(
        [
            "fc",
            "classifier",
            "head",
            "heads",
            "predictions",
            "fc1",
            "fc2",
            "conv_preds",
            "Logits",
            "logits",
            "dense",
            "output",
        ],
        StringComparer.Ordinal
    );

    /// <summary>Whether a tensor belongs to a classifier.</summary>
    internal static bool Contains(string name)
    {
        string layer = name.Split('.', '/')[0];
        return Layers.Contains(layer)
            || (
                layer.StartsWith("dense_", StringComparison.Ordinal)
                && layer.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0
            );
    }
}
