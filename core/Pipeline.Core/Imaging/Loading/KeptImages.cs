using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// Images that were decoded and resized once, kept for the epochs that follow: as bytes at the network's size, before
/// any augmentation, so what is read is the same to the bit. A list of samples is kept whole or not at all, within a
/// budget over all lists, so memory does not grow with the number of images. Different threads may keep and copy
/// different images.
/// </summary>
/// <param name="size">Size of each image.</param>
/// <param name="budgetBytes">Most memory that they may take together.</param>
public sealed class KeptImages(ImageSize size, long budgetBytes)
{
    /// <summary>The budget of a training: 9,700 images of 96 x 96, or 87,000 of 32 x 32.</summary>
    public const long DefaultBudgetBytes = 256L << 20;

    private readonly Dictionary<object, ImageList?> lists = new(ReferenceEqualityComparer.Instance);
    private long left = budgetBytes;

    /// <summary>The place of a list of images; the same for the same object.</summary>
    /// <param name="list">The list. Borrowed.</param>
    /// <param name="count">Images in it.</param>
    /// <returns>The place; <c>null</c> when the list does not fit into what is left of the budget.</returns>
    public ImageList? PlaceOf(object list, int count)
    {
        lock (lists)
        {
            if (!lists.TryGetValue(list, out ImageList? kept))
            {
                long needed = (long)count * size.RgbBytes;
                kept = needed <= Math.Min(left, Array.MaxLength) ? new ImageList(count, size.RgbBytes) : null;
                left -= kept is null ? 0 : needed;
                lists.Add(list, kept);
            }

            return kept;
        }
    }

    /// <summary>The images of one list. The system gives the memory as they come.</summary>
    public sealed class ImageList
    {
        private readonly int imageBytes;
        private readonly byte[] pixels;
        private readonly bool[] isHere;

        internal ImageList(int count, int imageBytes)
        {
            this.imageBytes = imageBytes;
            pixels = new byte[count * imageBytes];
            isHere = new bool[count];
        }

        /// <summary>Copies an image out, if it was kept.</summary>
        /// <param name="index">Its position in the list.</param>
        /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>.</param>
        /// <returns>Whether it was.</returns>
        public bool TryCopy(int index, Span<byte> destination)
        {
            if (!Volatile.Read(ref isHere[index]))
            {
                return false;
            }

            pixels.AsSpan(index * imageBytes, imageBytes).CopyTo(destination);
            return true;
        }

        /// <summary>Keeps an image.</summary>
        /// <param name="index">Its position in the list.</param>
        /// <param name="image"><c>uint8 [H, W, 3]</c>. Borrowed.</param>
        public void Keep(int index, ReadOnlySpan<byte> image)
        {
            image.CopyTo(pixels.AsSpan(index * imageBytes, imageBytes));
            Volatile.Write(ref isHere[index], true);
        }
    }
}
