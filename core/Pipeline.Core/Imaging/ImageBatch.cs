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
    private readonly IMemoryOwner<byte>? owner;
    private byte[]? buffer;
    private bool isDisposed;

    private ImageBatch(int count, ImageSize size, IMemoryOwner<byte>? takenOwner)
    {
        Count = count;
        Size = size;
        length = checked(count * size.RgbBytes);
        owner = takenOwner;
        buffer = owner is null ? ArrayPool<byte>.Shared.Rent(length) : null;
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
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return (owner?.Memory ?? buffer.AsMemory())[..length];
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
        return new ImageBatch(count, size, takenOwner: null);
    }

    /// <summary>A batch in memory that somebody else made, such as a tensor's.</summary>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="size">Size of each, at least 1 x 1.</param>
    /// <param name="takenMemory">At least as many bytes as the images have. Transferred.</param>
    /// <returns>A batch with the pixels that are there. Owned by the caller.</returns>
    /// <exception cref="ArgumentException">The memory is too small.</exception>
    public static ImageBatch Over(int count, ImageSize size, IMemoryOwner<byte> takenMemory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(takenMemory);
        if (takenMemory.Memory.Length < (long)count * size.RgbBytes)
        {
            takenMemory.Dispose();
            throw new ArgumentException(
                $"{count} images of {size} need {(long)count * size.RgbBytes} bytes, and the memory has fewer.",
                nameof(takenMemory)
            );
        }

        return new ImageBatch(count, size, takenMemory);
    }

    /// <summary>What <see cref="Over"/> was given; <c>null</c> for pooled memory. Borrowed.</summary>
    public IMemoryOwner<byte>? Owner => owner;

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
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        owner?.Dispose();
        if (buffer is { } pooled)
        {
            buffer = null;
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }
}
