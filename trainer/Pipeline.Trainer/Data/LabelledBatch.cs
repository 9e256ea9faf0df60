using Pipeline.Core.Imaging;

namespace Pipeline.Trainer.Data;

/// <summary>Decoded images with their classes. Owned by the reader, who disposes it.</summary>
public sealed class LabelledBatch : IDisposable
{
    /// <summary>Joins images and what is known about them.</summary>
    /// <param name="images">uint8 <c>[N, H, W, 3]</c>. Transferred.</param>
    /// <param name="classIndexes">True class per image, N values. Do not modify.</param>
    /// <param name="sampleIndexes">
    /// Position of each image in the list of samples, N values; the name under which its augmentation is drawn. Do not
    /// modify.
    /// </param>
    public LabelledBatch(ImageBatch images, long[] classIndexes, int[] sampleIndexes)
    {
        Images = images;
        ClassIndexes = classIndexes;
        SampleIndexes = sampleIndexes;
    }

    /// <summary>uint8 <c>[N, H, W, 3]</c> RGB.</summary>
    public ImageBatch Images { get; }

    /// <summary>True class per image.</summary>
    public long[] ClassIndexes { get; }

    /// <summary>Position of each image in the list of samples.</summary>
    public int[] SampleIndexes { get; }

    /// <summary>Returns the pixels to the pool.</summary>
    public void Dispose() => Images.Dispose();
}
