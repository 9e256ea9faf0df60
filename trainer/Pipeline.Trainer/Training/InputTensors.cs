using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Turns pixels into the network's input, by the same formula that an exported graph contains.</summary>
public static class InputTensors
{
    /// <summary>Normalises a batch.</summary>
    /// <param name="images">uint8 <c>[N, H, W, 3]</c> RGB. Borrowed for the call.</param>
    /// <param name="preprocessing">Channel order, scale, mean, deviation.</param>
    /// <param name="device">Where the result goes.</param>
    /// <returns><c>float32 [N, 3, H, W]</c>. Owned by the caller or its dispose scope.</returns>
    public static Tensor Normalize(ImageBatch images, Preprocessing preprocessing, Device device)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = tensor(images.Pixels.ToArray(), [images.Count, images.Size.Height, images.Size.Width, 3]);   // [N, H, W, 3]
        Tensor values = bytes.to(device).permute(0, 3, 1, 2).to(float32).contiguous();   // [N, 3, H, W]
        if (preprocessing.ChannelOrder == ChannelOrder.Bgr)
        {
            values = values.flip(1);
        }

        values = values * PerChannel(multiplier, device);
        if (offset.Any(value => value != 0))
        {
            values = values + PerChannel(offset, device);
        }

        return values.MoveToOuterDisposeScope();
    }

    private static Tensor PerChannel(double[] values, Device device) =>
        tensor(values.Select(value => (float)value).ToArray(), [1, 3, 1, 1]).to(device);
}
