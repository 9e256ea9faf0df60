using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;

namespace Pipeline.Trainer.Data;

/// <summary>A sample as the loader reads it.</summary>
/// <param name="sample">The file and its class.</param>
/// <param name="index">
/// Its position in the list of samples: the name under which its augmentation is drawn.
/// </param>
/// <param name="kept">Where it is kept between epochs; <c>null</c> decodes it each time. Borrowed.</param>
internal sealed class SampleSource(ImageSample sample, int index, KeptImages.ImageList? kept = null)
    : ImageSource(sample.Path)
{
    /// <summary>Its class; negative without a label.</summary>
    public int ClassIndex => sample.ClassIndex;

    /// <summary>Its position in the list of samples.</summary>
    public int Index => index;

    /// <inheritdoc/>
    public override string? TryDecode(Preprocessing preprocessing, Span<byte> destination)
    {
        if (kept?.TryCopy(index, destination) == true)
        {
            return null;
        }

        string? error = ImageReader.TryDecode(Name, preprocessing, destination);
        if (error is null)
        {
            kept?.Keep(index, destination);
        }

        return error;
    }
}

/// <summary>What is known of a batch of samples.</summary>
internal static class SampleBatchExtensions
{
    /// <summary>True class of each decoded image.</summary>
    /// <param name="batch">A batch of samples. Borrowed.</param>
    /// <returns>N values.</returns>
    public static long[] ClassIndexes(this DecodedBatch batch) =>
        [.. Samples(batch).Select(sample => (long)sample.ClassIndex)];

    /// <summary>Position of each decoded image in the list of samples.</summary>
    /// <param name="batch">A batch of samples. Borrowed.</param>
    /// <returns>N values.</returns>
    public static int[] SampleIndexes(this DecodedBatch batch) => [.. Samples(batch).Select(sample => sample.Index)];

    private static IEnumerable<SampleSource> Samples(DecodedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.DecodedSources.Cast<SampleSource>();
    }
}
