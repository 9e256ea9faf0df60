namespace Pipeline.Trainer.Features;

/// <summary>Features of images in memory, one row each.</summary>
/// <param name="Values">Row-major <c>float32 [N, F]</c>. Do not modify.</param>
/// <param name="FeatureCount">F.</param>
/// <param name="ClassIndexes">True class per row. Do not modify.</param>
public sealed record FeatureTable(ReadOnlyMemory<float> Values, int FeatureCount, long[] ClassIndexes)
{
    /// <summary>N.</summary>
    public int Count => ClassIndexes.Length;

    /// <summary>Copies rows.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <returns>Row-major <c>[rows, F]</c>.</returns>
    public float[] Gather(ReadOnlySpan<int> rows)
    {
        var gathered = new float[rows.Length * FeatureCount];
        for (int index = 0; index < rows.Length; index++)
        {
            Values.Span.Slice(rows[index] * FeatureCount, FeatureCount).CopyTo(gathered.AsSpan(index * FeatureCount));
        }

        return gathered;
    }
}

/// <summary>Bottleneck features: what a frozen backbone gives for each image, computed once.</summary>
/// <param name="Node">Node whose results they are.</param>
/// <param name="Train">Of the training images.</param>
/// <param name="Validation">Of the validation images.</param>
public sealed record BottleneckFeatures(string Node, FeatureTable Train, FeatureTable Validation);
