using System.Buffers;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Data;

/// <summary>
/// The pixels of a batch in a tensor's own memory: what the decoders write is what the network reads, without a copy.
/// </summary>
internal sealed class PixelTensor : MemoryManager<byte>
{
    private static long crossings;

    private readonly Tensor pixels;
    private readonly int maker = Environment.CurrentManagedThreadId;

    private PixelTensor(int count, ImageSize size)
    {
        // decode workers make no other tensors, so no scope of theirs is open
        pixels = empty([count, size.Height, size.Width, 3], dtype: uint8);
    }

    /// <summary>
    /// How many were released on another thread than they were made on: TorchSharp counts live tensors by thread, and
    /// whoever compares counts takes these off.
    /// </summary>
    internal static long Crossings => Interlocked.Read(ref crossings);

    /// <summary>Makes a batch whose memory is a tensor's.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="size">Size of each.</param>
    /// <returns>The batch, with undefined pixels. Owned by the caller.</returns>
    /// <exception cref="OverflowException">The batch would exceed 2 GiB.</exception>
    internal static ImageBatch Rent(int count, ImageSize size)
    {
        _ = checked(count * size.RgbBytes);
        return ImageBatch.Over(count, size, new PixelTensor(count, size));
    }

    /// <summary>The pixels of a batch as a tensor.</summary>
    /// <param name="images">The batch; it must outlive what is done with the tensor. Borrowed.</param>
    /// <param name="count">How many of its images.</param>
    /// <returns><c>uint8 [N, H, W, 3]</c>. Owned by the caller or its dispose scope.</returns>
    internal static Tensor View(ImageBatch images, int count) =>
        images.Owner is PixelTensor own
            ? own.pixels.narrow(0, 0, count)
            : tensor(
                images.Pixels[..(count * images.Size.RgbBytes)].ToArray(),
                [count, images.Size.Height, images.Size.Width, 3]
            );

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => pixels.bytes;

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) =>
        throw new NotSupportedException("The memory is native and stays where it is.");

    /// <inheritdoc/>
    public override void Unpin() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        pixels.Dispose();
        if (maker != Environment.CurrentManagedThreadId)
        {
            Interlocked.Increment(ref crossings);
        }
    }
}
