using Pipeline.Core.Contracts;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What one step works on. Owned by the reader, who disposes it.</summary>
internal abstract class TrainingBatch : IDisposable
{
    /// <summary>True class per row.</summary>
    internal abstract long[] ClassIndexes { get; }

    /// <summary>The rows as the network takes them; owned by the caller's dispose scope.</summary>
    internal abstract Tensor ToTensor(Device device);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Decoded images, normalised and mirrored on the device.</summary>
/// <param name="batch">The images. Transferred.</param>
/// <param name="preprocessing">Scale, mean, deviation.</param>
/// <param name="isFlipped">Whether the image of a sample index is mirrored; <c>null</c> means none is.</param>
internal sealed class ImageTrainingBatch(LabelledBatch batch, Preprocessing preprocessing, Func<int, bool>? isFlipped) : TrainingBatch
{
    internal override long[] ClassIndexes => batch.ClassIndexes;

    internal override Tensor ToTensor(Device device)
    {
        Tensor images = InputTensors.Normalize(batch.Images, preprocessing, device);   // [N, 3, H, W]
        if (isFlipped is null)
        {
            return images;
        }

        using Tensor flags = tensor(batch.SampleIndexes.Select(isFlipped).ToArray(), [batch.SampleIndexes.Length, 1, 1, 1]).to(device);
        using Tensor original = images;
        return RandomFlip.Horizontal(original, flags);
    }

    public override void Dispose() => batch.Dispose();
}

/// <summary>Rows of stored features.</summary>
/// <param name="rows">Row-major <c>[N, F]</c>.</param>
/// <param name="featureCount">F.</param>
/// <param name="classIndexes">True class per row.</param>
internal sealed class FeatureTrainingBatch(float[] rows, int featureCount, long[] classIndexes) : TrainingBatch
{
    internal override long[] ClassIndexes => classIndexes;

    internal override Tensor ToTensor(Device device) => tensor(rows, [classIndexes.Length, featureCount]).to(device);   // [N, F]

    public override void Dispose()
    {
    }
}
