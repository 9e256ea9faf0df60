using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Trainer.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Execution;

/// <summary>Turns pixels into the network's input, by the same formula that an exported graph contains.</summary>
internal static class InputTensors
{
    /// <summary>Brings a batch onto the device and normalises it.</summary>
    /// <param name="images">uint8 <c>[N, H, W, 3]</c> RGB. Borrowed for the call.</param>
    /// <param name="preprocessing">Channel order, scale, mean, deviation.</param>
    /// <param name="device">Where the result goes.</param>
    /// <returns><c>float32 [N, 3, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    public static Tensor Normalize(ImageBatch images, Preprocessing preprocessing, Device device)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        return Normalize(ToPixels(images, images.Count, device), preprocessing).MoveToOuterDisposeScope();
    }

    /// <summary>Brings the images of a batch that could be decoded onto the device and normalises them.</summary>
    /// <param name="batch">The batch. Borrowed for the call.</param>
    /// <param name="preprocessing">Channel order, scale, mean, deviation.</param>
    /// <param name="device">Where the result goes.</param>
    /// <returns><c>float32 [N, 3, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    public static Tensor Normalize(DecodedBatch batch, Preprocessing preprocessing, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return Normalize(ToPixels(batch, device), preprocessing).MoveToOuterDisposeScope();
    }

    /// <summary>Brings a batch onto the device as it is.</summary>
    /// <param name="batch">The images that could be decoded. Borrowed for the call.</param>
    /// <param name="device">Where the result goes.</param>
    /// <returns>
    /// <c>float32 [N, 3, H, W]</c> RGB, 0 to 255: what augmentation works on. Owned by the caller or its dispose scope.
    /// </returns>
    internal static Tensor ToPixels(DecodedBatch batch, Device device)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ToPixels(batch.Memory, batch.ImageCount, device);
    }

    private static Tensor ToPixels(ImageBatch images, int count, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = PixelTensor.View(images, count); // [N, H, W, 3]
        // [N, 3, H, W], moved while it is small
        return bytes.to(device).permute(0, 3, 1, 2).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises pixels.</summary>
    /// <param name="pixels"><c>float32 [N, 3, H, W]</c> RGB, 0 to 255. Borrowed.</param>
    /// <param name="preprocessing">Channel order, scale, mean, deviation.</param>
    /// <returns><c>float32 [N, 3, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    internal static Tensor Normalize(Tensor pixels, Preprocessing preprocessing)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        using DisposeScope scope = NewDisposeScope();
        Tensor values = preprocessing.ChannelOrder == ChannelOrder.Bgr ? pixels.flip(1) : pixels;
        values = values * PerChannel(multiplier, pixels.device);
        if (offset.Any(value => value != 0))
        {
            values = values + PerChannel(offset, pixels.device);
        }

        return values.MoveToOuterDisposeScope();
    }

    private static Tensor PerChannel(double[] values, Device device) =>
        tensor(values.Select(value => (float)value).ToArray(), [1, 3, 1, 1]).to(device);
}
