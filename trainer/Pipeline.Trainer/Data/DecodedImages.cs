using Pipeline.Core.Contracts;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Images that were decoded and resized once, kept for the epochs that follow: as bytes at the network's size, before
/// any augmentation, so what is read is the same to the bit. A list of samples is kept whole or not at all, within a
/// budget over all lists, so memory does not grow with the number of images. Different threads may keep and copy
/// different images.
/// </summary>
/// <param name="size">Size of each image.</param>
/// <param name="budgetBytes">Most memory that they may take together.</param>
public sealed class DecodedImages(ImageSize size, long budgetBytes)
{
    /// <summary>The budget of a training: 9,700 images of 96 x 96, or 87,000 of 32 x 32.</summary>
    public const long DefaultBudgetBytes = 256L << 20;

    private readonly Dictionary<object, Kept?> lists = new(ReferenceEqualityComparer.Instance);
    private long left = budgetBytes;

    /// <summary>The place of a list of samples; the same for the same object.</summary>
    /// <param name="samples">The list. Borrowed.</param>
    /// <returns>The place; <c>null</c> when the list does not fit into what is left of the budget.</returns>
    internal Kept? Of(IReadOnlyList<ImageSample> samples)
    {
        lock (lists)
        {
            if (!lists.TryGetValue(samples, out Kept? kept))
            {
                long needed = (long)samples.Count * size.RgbBytes;
                kept = needed <= Math.Min(left, Array.MaxLength) ? new Kept(samples.Count, size.RgbBytes) : null;
                left -= kept is null ? 0 : needed;
                lists.Add(samples, kept);
            }

            return kept;
        }
    }

    /// <summary>The images of one list. The system gives the memory as they come.</summary>
    internal sealed class Kept(int count, int imageBytes)
    {
        private readonly byte[] pixels = new byte[count * imageBytes];
        private readonly bool[] isHere = new bool[count];

        /// <summary>Copies an image out, if it was kept.</summary>
        internal bool TryCopy(int index, Span<byte> destination)
        {
            if (!Volatile.Read(ref isHere[index]))
            {
                return false;
            }

            pixels.AsSpan(index * imageBytes, imageBytes).CopyTo(destination);
            return true;
        }

        /// <summary>Keeps an image.</summary>
        internal void Keep(int index, ReadOnlySpan<byte> image)
        {
            image.CopyTo(pixels.AsSpan(index * imageBytes, imageBytes));
            Volatile.Write(ref isHere[index], true);
        }
    }
}
