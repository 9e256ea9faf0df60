using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What one step works on. Owned by the reader, who disposes it.</summary>
internal abstract class TrainingBatch : IDisposable
{
    /// <summary>True class per row.</summary>
    internal abstract long[] ClassIndexes { get; }

    private Tensor? prepared;

    /// <summary>The rows as the network takes them; owned by the caller's dispose scope.</summary>
    internal Tensor ToTensor(Device device) => prepared?.alias() ?? MakeTensor(device);

    /// <summary>Makes the tensor now, on any thread; the next <see cref="ToTensor"/> gives it.</summary>
    /// <remarks>
    /// Where the device's memory is too small beside a running step, nothing is made, and the step makes it later.
    /// </remarks>
    internal void Prepare(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            prepared = MakeTensor(device).DetachFromDisposeScope();
        }
        catch (Exception error) when (MemoryShortage.IsOutOfMemory(error))
        {
            prepared = null;
        }
    }

    /// <summary>Makes the tensor; owned by the caller's dispose scope.</summary>
    protected abstract Tensor MakeTensor(Device device);

    /// <inheritdoc/>
    public virtual void Dispose() => prepared?.Dispose();
}

/// <summary>Decoded images, changed at random if the phase says so, then normalised; both on the device.</summary>
/// <param name="batch">The images. Transferred.</param>
/// <param name="preprocessing">Scale, mean, deviation.</param>
/// <param name="augmenter">Changes the pixels; <c>null</c> leaves them as they are.</param>
/// <param name="epoch">Epoch that the changes are drawn for.</param>
internal sealed class ImageTrainingBatch(
    DecodedBatch batch,
    Preprocessing preprocessing,
    ImageAugmenter? augmenter,
    int epoch
) : TrainingBatch
{
    internal override long[] ClassIndexes { get; } = batch.ClassIndexes();

    protected override Tensor MakeTensor(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = InputTensors.ToPixels(batch, device); // [N, 3, H, W], 0 to 255
        // [N, 3, H, W], 0 to 255
        Tensor changed = augmenter is null ? pixels : augmenter.Apply(pixels, epoch, batch.SampleIndexes());
        return InputTensors.Normalize(changed, preprocessing).MoveToOuterDisposeScope(); // [N, 3, H, W]
    }

    public override void Dispose()
    {
        base.Dispose();
        batch.Dispose();
    }
}

/// <summary>Rows of stored features.</summary>
/// <param name="rows">Row-major <c>[N, F]</c>.</param>
/// <param name="featureCount">F.</param>
/// <param name="classIndexes">True class per row.</param>
internal sealed class FeatureTrainingBatch(float[] rows, int featureCount, long[] classIndexes) : TrainingBatch
{
    internal override long[] ClassIndexes => classIndexes;

    // [N, F]
    protected override Tensor MakeTensor(Device device) => tensor(rows, [classIndexes.Length, featureCount]).to(device);
}
