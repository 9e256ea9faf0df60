namespace Pipeline.Trainer.Features;

/// <summary>Features of a batch of images.</summary>
/// <param name="Values">Row-major <c>float32 [N, F]</c>.</param>
/// <param name="ClassIndexes">True class per row.</param>
/// <param name="SampleIndexes">Position of each row's image in the list of samples.</param>
internal sealed record FeatureRows(float[] Values, long[] ClassIndexes, int[] SampleIndexes);
