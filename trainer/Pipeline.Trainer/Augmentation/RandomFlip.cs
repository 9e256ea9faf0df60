using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>Mirrors images.</summary>
internal static class RandomFlip
{
    private const long Purpose = 0xF119;

    /// <summary>Whether an image is mirrored in an epoch: half of them are.</summary>
    internal static bool IsFlipped(long seed, long epoch, long sample) => CounterRandom.Uniform(seed, Purpose, epoch, sample) < 0.5;

    /// <summary>Mirrors the flagged images left to right.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>. Borrowed.</param>
    /// <param name="flags"><c>bool [N, 1, 1, 1]</c>. Borrowed.</param>
    /// <returns><c>[N, C, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    internal static Tensor Horizontal(Tensor images, Tensor flags)
    {
        using Tensor mirrored = images.flip(3);
        return where(flags, mirrored, images);
    }
}
