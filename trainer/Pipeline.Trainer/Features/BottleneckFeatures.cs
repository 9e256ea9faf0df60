using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Features;

/// <summary>
/// Bottleneck features: what a frozen backbone gives for each image and each of its flips, computed once. Owns the
/// tables.
/// </summary>
/// <param name="node">Node whose results they are.</param>
/// <param name="train">Of the training images, by flip; <see cref="ImageFlips.None"/> is there. Transferred.</param>
/// <param name="validation">Of the validation images as they are. Transferred.</param>
internal sealed class BottleneckFeatures(
    string node,
    IReadOnlyDictionary<ImageFlips, FeatureTable> train,
    FeatureTable validation
) : IDisposable
{
    /// <summary>Node whose results they are.</summary>
    public string Node => node;

    /// <summary>Of the training images, by flip. All tables have the same rows.</summary>
    public IReadOnlyDictionary<ImageFlips, FeatureTable> Train => train;

    /// <summary>Of the validation images.</summary>
    public FeatureTable Validation => validation;

    /// <summary>Closes the tables.</summary>
    public void Dispose()
    {
        foreach (FeatureTable table in train.Values.Append(validation))
        {
            table.Dispose();
        }
    }
}
