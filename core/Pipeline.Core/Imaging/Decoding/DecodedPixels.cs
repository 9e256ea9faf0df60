using System.Buffers;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Decoded RGB pixels on their way to the resize. Images of usual size share pooled memory, since fresh pages cost as
/// much as decoding into them; a large one has a block of its own, which leaves with it. Owned by whoever received it.
/// </summary>
internal sealed class DecodedPixels : IDisposable
{
    private const int LargestPooledBytes = 1 << 22;

    private MemoryBudget.Share? share;
    private readonly NativeMemoryHandle? block;
    private byte[]? rented;

    /// <summary>Makes room; the pixels are undefined.</summary>
    /// <param name="takenShare">The memory that they may take. Transferred.</param>
    /// <param name="size">Size of the pixels held.</param>
    /// <param name="originalSize">
    /// Size of the image in the file after orientation; larger than <paramref name="size"/> when it was shrunk while
    /// loading.
    /// </param>
    internal DecodedPixels(MemoryBudget.Share? takenShare, ImageSize size, ImageSize originalSize)
    {
        share = takenShare;
        Size = size;
        OriginalSize = originalSize;
        if (size.RgbBytes <= LargestPooledBytes)
        {
            rented = ArrayPool<byte>.Shared.Rent(size.RgbBytes);
        }
        else
        {
            block = new NativeMemoryHandle(size.RgbBytes);
        }
    }

    /// <summary>Size of the pixels held.</summary>
    internal ImageSize Size { get; }

    /// <summary>Size of the image in the file, after orientation.</summary>
    internal ImageSize OriginalSize { get; }

    /// <summary>The pixels, <c>uint8 [H, W, 3]</c>. Borrowed; not to be kept after <see cref="Dispose"/>.</summary>
    internal unsafe Span<byte> Span =>
        block is null ? rented.AsSpan(0, Size.RgbBytes) : new Span<byte>(block.Pointer, Size.RgbBytes);

    /// <summary>Gives up the claim on memory, for pixels that take the place of these.</summary>
    /// <returns>The claim; <c>null</c> when it was given up. Transferred.</returns>
    internal MemoryBudget.Share? TakeShare() => Interlocked.Exchange(ref share, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        block?.Dispose();
        if (Interlocked.Exchange(ref rented, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        TakeShare()?.Dispose();
    }
}
