using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.Batching;

/// <summary>
/// A stretch of files on its way through the decoders. Each file has its own slot, so that workers never wait for each other; when the last slot is done the good images are moved
/// together, and nothing that could not be decoded reaches the network. Owned by the reader of <see cref="BatchLoader"/>.
/// </summary>
internal sealed class DecodedBatch : IDisposable
{
    private readonly TaskCompletionSource decoded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ImageBatch images;
    private int open;

    /// <summary>Rents room for a stretch of files.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="size">Size of the decoded images.</param>
    internal DecodedBatch(string[] paths, ImageSize size)
    {
        Paths = paths;
        Errors = new string?[paths.Length];
        images = ImageBatch.Rent(paths.Length, size);
        open = paths.Length;
    }

    /// <summary>The files, in order.</summary>
    internal string[] Paths { get; }

    /// <summary>Why a file has no image; <c>null</c> where it has one. As long as <see cref="Paths"/>.</summary>
    internal string?[] Errors { get; }

    /// <summary>Number of files that could be decoded; valid after <see cref="Decoded"/>.</summary>
    internal int ImageCount { get; private set; }

    /// <summary>The images of the files without an error, in their order, without gaps; valid after <see cref="Decoded"/>.</summary>
    internal ReadOnlySpan<byte> Pixels => images.Pixels[..(ImageCount * images.Size.RgbBytes)];

    /// <summary>Ends when every slot is done; fails with the first unexpected error of a worker.</summary>
    internal Task Decoded => decoded.Task;

    /// <summary>Where the pixels of one file belong.</summary>
    /// <param name="slot">Index of the file.</param>
    /// <returns><c>uint8 [H, W, 3]</c>.</returns>
    internal Span<byte> Slot(int slot) => images.Image(slot);

    /// <summary>Marks a slot as done. Called once per slot, from any thread.</summary>
    /// <param name="slot">Index of the file.</param>
    /// <param name="error">Why it has no image; <c>null</c> when it has one.</param>
    internal void Finish(int slot, string? error)
    {
        Errors[slot] = error;
        if (Interlocked.Decrement(ref open) == 0)
        {
            CloseGaps();
            decoded.TrySetResult();
        }
    }

    /// <summary>Ends the batch with an error that is nobody's image.</summary>
    /// <param name="error">The error.</param>
    internal void Fail(Exception error) => decoded.TrySetException(error);

    /// <inheritdoc/>
    public void Dispose() => images.Dispose();

    private void CloseGaps()
    {
        int next = 0;
        for (int slot = 0; slot < Errors.Length; slot++)
        {
            if (Errors[slot] is not null)
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
