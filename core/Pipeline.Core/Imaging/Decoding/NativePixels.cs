using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>Decoded RGB pixels in memory that libvips allocated. Owned by whoever received it.</summary>
/// <param name="memory">The block; ownership is taken over.</param>
/// <param name="size">Size of the pixels held.</param>
/// <param name="originalSize">Size of the image in the file after orientation; larger than <paramref name="size"/> when it was shrunk while loading.</param>
internal sealed class NativePixels(NativeMemoryHandle memory, ImageSize size, ImageSize originalSize) : IDisposable
{
    /// <summary>Size of the pixels held.</summary>
    internal ImageSize Size => size;

    /// <summary>Size of the image in the file, after orientation.</summary>
    internal ImageSize OriginalSize => originalSize;

    /// <summary>The pixels, <c>uint8 [H, W, 3]</c>. Borrowed; not to be kept after <see cref="Dispose"/>.</summary>
    internal unsafe ReadOnlySpan<byte> Span => new(memory.Pointer, size.RgbBytes);

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();
}
