using System.Buffers;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging;

/// <summary>
/// A batch of images as the network takes them: <c>uint8 [N, H, W, 3]</c>, RGB, row-major, no gaps. The memory is
/// pooled; whoever rents a batch owns it and disposes it. Not thread-safe as a whole, but different threads may fill
/// different images.
/// </summary>
public sealed class ImageBatch : IDisposable
{
    private readonly int length;
    private byte[]? buffer;

    private ImageBatch(int count, ImageSize size)
    {
        Count = count;
        Size = size;
        length = checked(count * size.RgbBytes);
        buffer = ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Number of images N.</summary>
    public int Count { get; }

    /// <summary>Size of each image.</summary>
    public ImageSize Size { get; }

    /// <summary>
    /// All pixels, <c>uint8 [N, H, W, 3]</c>: exactly that many bytes, undefined until written. Borrowed; not to be
    /// kept after <see cref="Dispose"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Span<byte> Pixels => PixelMemory.Span;

    /// <summary>The same as <see cref="Pixels"/>, for asynchronous code.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Memory<byte> PixelMemory
    {
        get
        {
            ObjectDisposedException.ThrowIf(buffer is null, this);
            return buffer.AsMemory(0, length);
        }
    }

    /// <summary>Takes memory for a batch from the pool.</summary>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="size">Size of each, at least 1 x 1.</param>
    /// <returns>A batch with undefined pixels. Owned by the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="OverflowException">The batch would exceed 2 GiB.</exception>
    public static ImageBatch Rent(int count, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        return new ImageBatch(count, size);
    }

    /// <summary>
    /// Pixels of one image, <c>uint8 [H, W, 3]</c>: the destination to hand to <see cref="ImageDecoder"/>.
    /// </summary>
    /// <param name="index">Image in <c>[0, Count)</c>.</param>
    /// <returns>Exactly one image's bytes. Borrowed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the batch.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Span<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Pixels.Slice(index * Size.RgbBytes, Size.RgbBytes);
    }

    /// <summary>Gives the memory back to the pool. Further calls do nothing.</summary>
    public void Dispose()
    {
        byte[]? taken = Interlocked.Exchange(ref buffer, null);
        if (taken is not null)
        {
            ArrayPool<byte>.Shared.Return(taken);
        }
    }
}
