using System.Diagnostics;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Batching;

/// <summary>
/// Some images after decoding. Each has its own slot, so that workers never wait for each other; when the last slot is
/// done the good images are moved together, and nothing that could not be decoded reaches the network. Owned by whoever
/// reads it from <c>ImagePipeline.DecodeAndResize</c>, who disposes it.
/// </summary>
public sealed class DecodedBatch : IDisposable
{
    private readonly TaskCompletionSource decoded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ImageSource[] sources;
    private readonly string?[] errors;
    private readonly ImageBatch images;
    private readonly Action<DecodedBatch>? whenDone;
    private int open;
    private ScoreBatch? scores;

    /// <summary>Rents room for some images.</summary>
    /// <param name="takenSources">The images, at least one. Kept.</param>
    /// <param name="size">Size of the decoded images.</param>
    /// <param name="whenDone">Called once, on the worker that finished the batch.</param>
    internal DecodedBatch(ImageSource[] takenSources, ImageSize size, Action<DecodedBatch>? whenDone = null)
    {
        sources = takenSources;
        errors = new string?[takenSources.Length];
        images = ImageBatch.Rent(takenSources.Length, size);
        open = takenSources.Length;
        this.whenDone = whenDone;
    }

    /// <summary>The images of the batch, in order.</summary>
    public IReadOnlyList<ImageSource> Sources => sources;

    /// <summary>Why an image has no pixels; <c>null</c> where it has. As long as <see cref="Sources"/>.</summary>
    public IReadOnlyList<string?> Errors => errors;

    /// <summary>Number N of images that could be decoded.</summary>
    public int ImageCount { get; private set; }

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
    internal void Decode(int slot, Preprocessing preprocessing)
    {
        try
        {
            DecodeSlot(slot, preprocessing);
        }
        catch (Exception error)
        {
            // A fault of the program, not of the image: the reader throws it.
            if (decoded.TrySetException(error))
            {
                whenDone?.Invoke(this);
            }

            return;
        }

        if (Interlocked.Decrement(ref open) == 0)
        {
            CloseGaps();
            decoded.TrySetResult();
            whenDone?.Invoke(this);
        }
    }

    /// <summary>
    /// Takes all images through decoding and the network on this thread, without handing them over. Called once,
    /// instead of <see cref="Decode"/>.
    /// </summary>
    /// <param name="session">The model. Borrowed.</param>
    internal void DecodeAndScore(ScoringSession session)
    {
        try
        {
            for (int slot = 0; slot < sources.Length; slot++)
            {
                DecodeSlot(slot, session.Contract.Preprocessing);
            }

            CloseGaps();
            scores = AugmentedScoring.Score(session, Pixels, ImageCount);
            decoded.TrySetResult();
        }
        catch (Exception error)
        {
            // a fault of the program or the device, not of an image: the reader throws it
            decoded.TrySetException(error);
        }

        whenDone?.Invoke(this);
    }

    /// <summary>The scores, when the worker that decoded the images has run the network too.</summary>
    /// <returns>The scores, once; otherwise <c>null</c>. Transferred.</returns>
    internal ScoreBatch? TakeScores() => Interlocked.Exchange(ref scores, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        images.Dispose();
        TakeScores()?.Dispose();
    }

    private void DecodeSlot(int slot, Preprocessing preprocessing)
    {
        long started = Stopwatch.GetTimestamp();
        errors[slot] = sources[slot].TryDecode(preprocessing, images.Image(slot));
        InferenceTelemetry.EndDecode(started);
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
