using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// One image, wherever it is: a file, bytes, a stream or decoded pixels. It is read when its turn comes, on
/// a decode worker, and only once. It owns nothing: what it was made from must stay alive and unchanged until its
/// prediction is there.
/// </summary>
public abstract class ImageSource
{
    /// <summary>An image of a name.</summary>
    /// <param name="name">Path or name.</param>
    protected ImageSource(string name) => Name = name;

    /// <summary>Path or name that the prediction and a message carry; may be empty.</summary>
    public string Name { get; }

    /// <summary>An image file.</summary>
    /// <param name="path">Its path. Whether there is such a file shows when it is read.</param>
    /// <returns>The image.</returns>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileSource(path);
    }

    /// <summary>The bytes of an image file, such as an upload.</summary>
    /// <param name="encoded">
    /// The whole content of a JPEG, PNG or other accepted file. Borrowed until the prediction is there.
    /// </param>
    /// <param name="name">Name for the prediction.</param>
    /// <returns>The image.</returns>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        return new BytesSource(encoded, name);
    }

    /// <summary>
    /// A stream with the bytes of an image file, from its position to its end; at most 256 MiB are read.
    /// </summary>
    /// <param name="encoded">The stream. Borrowed until the prediction is there; not disposed.</param>
    /// <param name="name">Name for the prediction.</param>
    /// <returns>The image.</returns>
    public static ImageSource FromStream(Stream encoded, string name = "")
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ArgumentNullException.ThrowIfNull(name);
        return new StreamSource(encoded, name);
    }

    /// <summary>Decoded pixels of any size; they go through the same resizer as the pixels of a file.</summary>
    /// <param name="rgb">
    /// Pixels <c>uint8 [H, W, 3]</c>, RGB, row-major, no gaps. Borrowed until the prediction is there.
    /// </param>
    /// <param name="size">Their size, at least 1 x 1.</param>
    /// <param name="name">Name for the prediction.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="rgb"/> has another length than an image of that size.
    /// </exception>
    public static ImageSource FromPixels(ReadOnlyMemory<byte> rgb, ImageSize size, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        ImageReader.CheckPixels(rgb.Length, size);
        return new PixelSource(rgb, size, name);
    }

    /// <summary>Makes the model's pixels.</summary>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public abstract string? TryDecode(Preprocessing preprocessing, Span<byte> destination);

    /// <summary>
    /// The same without blocking the caller while a disk or a network works; decoding runs on the thread that
    /// continues.
    /// </summary>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public virtual ValueTask<string?> TryDecodeAsync(
        Preprocessing preprocessing,
        Memory<byte> destination,
        CancellationToken cancellationToken
    ) => new(TryDecode(preprocessing, destination.Span));

    private sealed class FileSource(string path) : ImageSource(path)
    {
        public override string? TryDecode(Preprocessing preprocessing, Span<byte> destination) =>
            ImageReader.TryDecode(Name, preprocessing, destination);

        public override async ValueTask<string?> TryDecodeAsync(
            Preprocessing preprocessing,
            Memory<byte> destination,
            CancellationToken cancellationToken
        )
        {
            try
            {
                if (new FileInfo(Name) is { Exists: true, Length: 0 })
                {
                    // says that it is empty; a pipe looks like that too, and opening one would wait for ever
                    return TryDecode(preprocessing, destination.Span);
                }

                FileStream file = new(
                    Name,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.Read | FileShare.Delete,
                    bufferSize: 0,
                    FileOptions.Asynchronous | FileOptions.SequentialScan
                );
                await using (file.ConfigureAwait(false))
                {
                    return await ImageReader
                        .TryDecodeAsync(file, Name, preprocessing, destination, cancellationToken)
                        .ConfigureAwait(false);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return TryDecode(preprocessing, destination.Span); // says it in the words of every other call
            }
        }
    }

    private sealed class BytesSource(ReadOnlyMemory<byte> encoded, string name) : ImageSource(name)
    {
        public override string? TryDecode(Preprocessing preprocessing, Span<byte> destination) =>
            ImageReader.TryDecode(encoded.Span, Name, preprocessing, destination);
    }

    private sealed class StreamSource(Stream encoded, string name) : ImageSource(name)
    {
        public override string? TryDecode(Preprocessing preprocessing, Span<byte> destination) =>
            ImageReader.TryDecode(encoded, Name, preprocessing, destination);

        public override ValueTask<string?> TryDecodeAsync(
            Preprocessing preprocessing,
            Memory<byte> destination,
            CancellationToken cancellationToken
        ) => ImageReader.TryDecodeAsync(encoded, Name, preprocessing, destination, cancellationToken);
    }

    private sealed class PixelSource(ReadOnlyMemory<byte> rgb, ImageSize size, string name) : ImageSource(name)
    {
        public override string? TryDecode(Preprocessing preprocessing, Span<byte> destination) =>
            ImageReader.TryResize(rgb.Span, size, preprocessing, destination);
    }
}
