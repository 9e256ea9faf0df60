using System.Diagnostics;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// Some images after decoding. Each has its own slot, so that workers never wait for each other; when the last slot is
/// done the good images are moved together, and nothing that could not be decoded reaches the network. Owned by whoever
/// reads it from an <see cref="ImageLoader"/>, who disposes it.
/// </summary>
public sealed class DecodedBatch : IDisposable
{
    private readonly TaskCompletionSource decoded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ImageSource[] sources;
    private readonly string?[] errors;
    private readonly ImageBatch images;
    private readonly Action<DecodedBatch>? whenDone;
    private int open;
    private IDisposable? result;

    /// <summary>Rents room for some images.</summary>
    /// <param name="takenSources">The images, at least one. Kept.</param>
    /// <param name="takenImages">Room for as many images. Transferred.</param>
    /// <param name="whenDone">Called once, on the worker that finished the batch.</param>
    internal DecodedBatch(ImageSource[] takenSources, ImageBatch takenImages, Action<DecodedBatch>? whenDone = null)
    {
        sources = takenSources;
        errors = new string?[takenSources.Length];
        images = takenImages;
        open = takenSources.Length;
        this.whenDone = whenDone;
    }

    /// <summary>A batch of pixels that are there already.</summary>
    /// <param name="takenSources">What they are of, at least one. Kept.</param>
    /// <param name="takenImages">As many images. Transferred.</param>
    /// <returns>The batch. Owned by the caller.</returns>
    public static DecodedBatch FromPixels(ImageSource[] takenSources, ImageBatch takenImages)
    {
        ArgumentNullException.ThrowIfNull(takenSources);
        ArgumentNullException.ThrowIfNull(takenImages);
        ArgumentOutOfRangeException.ThrowIfNotEqual(takenSources.Length, takenImages.Count);
        var batch = new DecodedBatch(takenSources, takenImages) { ImageCount = takenImages.Count };
        batch.decoded.TrySetResult();
        return batch;
    }

    /// <summary>The images of the batch, in order.</summary>
    public IReadOnlyList<ImageSource> Sources => sources;

    /// <summary>Why an image has no pixels; <c>null</c> where it has. As long as <see cref="Sources"/>.</summary>
    public IReadOnlyList<string?> Errors => errors;

    /// <summary>Number N of images that could be decoded.</summary>
    public int ImageCount { get; private set; }

    /// <summary>The images that have pixels, in their order.</summary>
    public IEnumerable<ImageSource> DecodedSources => sources.Where((_, slot) => errors[slot] is null);

    /// <summary>The memory that the pixels are in, whole. Borrowed.</summary>
    public ImageBatch Memory => images;

    /// <summary>Size of each decoded image.</summary>
    public ImageSize ImageSize => images.Size;

    /// <summary>
    /// Pixels of the images without an error, in their order, without gaps: <c>uint8 [N, H, W, 3]</c>, RGB. Borrowed;
    /// not to be kept after <see cref="Dispose"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Span<byte> Pixels => images.Pixels[..(ImageCount * images.Size.RgbBytes)];

    /// <summary>Ends when every slot is done; fails with the first unexpected error of a worker.</summary>
    internal Task Decoded => decoded.Task;

    /// <summary>Decodes one image. Called once per slot, from any thread.</summary>
    /// <param name="slot">Index of the image.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="decoded">Told when the decoding began, as a time stamp; <c>null</c> tells nobody.</param>
    internal void Decode(int slot, Preprocessing preprocessing, Action<long>? decoded)
    {
        try
        {
            DecodeSlot(slot, preprocessing, decoded);
        }
        catch (Exception error)
        {
            // A fault of the program, not of the image: the reader throws it.
            if (this.decoded.TrySetException(error))
            {
                whenDone?.Invoke(this);
            }

            return;
        }

        if (Interlocked.Decrement(ref open) == 0)
        {
            CloseGaps();
            this.decoded.TrySetResult();
            whenDone?.Invoke(this);
        }
    }

    /// <summary>
    /// Takes all images through decoding and what follows it on this thread, without handing them over. Called once,
    /// instead of <see cref="Decode"/>.
    /// </summary>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="decoded">Told when each decoding began; <c>null</c> tells nobody.</param>
    /// <param name="process">What follows.</param>
    internal void DecodeAndProcess(
        Preprocessing preprocessing,
        Action<long>? decoded,
        Func<DecodedBatch, IDisposable> process
    )
    {
        try
        {
            for (int slot = 0; slot < sources.Length; slot++)
            {
                DecodeSlot(slot, preprocessing, decoded);
            }

            CloseGaps();
            result = process(this);
            this.decoded.TrySetResult();
        }
        catch (Exception error)
        {
            // a fault of the program or the device, not of an image: the reader throws it
            this.decoded.TrySetException(error);
        }

        whenDone?.Invoke(this);
    }

    /// <summary>What the worker that decoded the images made of them as well.</summary>
    /// <returns>The result of <see cref="ImageLoader.Process"/>, once; otherwise <c>null</c>. Transferred.</returns>
    public IDisposable? TakeResult() => Interlocked.Exchange(ref result, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        images.Dispose();
        TakeResult()?.Dispose();
    }

    private void DecodeSlot(int slot, Preprocessing preprocessing, Action<long>? decoded)
    {
        long started = Stopwatch.GetTimestamp();
        errors[slot] = sources[slot].TryDecode(preprocessing, images.Image(slot));
        decoded?.Invoke(started);
    }

    private void CloseGaps()
    {
        int next = 0;
        for (int slot = 0; slot < errors.Length; slot++)
        {
            if (errors[slot] is not null)
            {
                continue;
            }

            if (next != slot)
            {
                images.Image(slot).CopyTo(images.Image(next));
            }

            next++;
        }

        ImageCount = next;
    }
}
