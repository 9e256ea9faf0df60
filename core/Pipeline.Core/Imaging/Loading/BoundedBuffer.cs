using Pipeline.Core.Errors;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// What was read of a stream, which a stranger may have made endless: it refuses to grow beyond the largest file that
/// is decoded.
/// </summary>
/// <param name="name">Name of the image, for the message.</param>
internal sealed class BoundedBuffer(string name) : MemoryStream
{
    /// <summary>What was written. Borrowed.</summary>
    internal ReadOnlySpan<byte> Bytes => GetBuffer().AsSpan(0, (int)Length);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Length + count > ImageDecoder.MaxFileBytes)
        {
            throw new ImageDecodeException(
                $"Image '{name}' is larger than {ImageDecoder.MaxFileBytes >> 20} MiB. Save it smaller, or remove it."
            )
            {
                Subject = name,
            };
        }

        base.Write(buffer, offset, count);
    }
}
