using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;

namespace Pipeline.Inference.Verification;

/// <summary>
/// Whether inference sees for each original file the very bytes that the trainer saw: the end of train/serve skew.
/// </summary>
internal sealed class DecodedImages
{
    private readonly List<string> different = [];
    private int named;

    /// <summary>Files decoded to the same bytes.</summary>
    internal int Equal { get; private set; }

    /// <summary>Files that are not there.</summary>
    internal int Missing { get; private set; }

    /// <summary>Decodes the originals that are there and compares.</summary>
    /// <param name="golden">Pixels and paths of the trainer. Borrowed.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="root">
    /// Folder that relative paths start from; <c>null</c> tries the current one, then the golden file's.
    /// </param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>The counts.</returns>
    internal static DecodedImages Compare(
        GoldenFile golden,
        Preprocessing preprocessing,
        string? root,
        CancellationToken cancellationToken
    )
    {
        var result = new DecodedImages { named = golden.Paths.Length };
        string[] roots = root is not null
            ? [root]
            : [string.Empty, Path.GetDirectoryName(Path.GetFullPath(golden.Path)) ?? string.Empty];
        int imageBytes = preprocessing.Size.RgbBytes;
        using ImageBatch image = ImageBatch.Rent(1, preprocessing.Size);
        for (int index = 0; index < golden.Paths.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string? path = roots
                .Select(folder => Path.Combine(folder, golden.Paths[index]))
                .FirstOrDefault(File.Exists);
            if (path is null)
            {
                result.Missing++;
                continue;
            }

            string? error = ImageReader.TryDecode(path, preprocessing, image.Image(0));
            if (error is not null)
            {
                result.different.Add($"'{path}' cannot be decoded: {error}");
            }
            else if (image.Image(0).SequenceEqual(golden.Images.Slice(index * imageBytes, imageBytes)))
            {
                result.Equal++;
            }
            else
            {
                result.different.Add($"'{path}' decodes to other bytes than the trainer saw");
            }
        }

        return result;
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="failures">Receives one line per fault.</param>
    /// <param name="requireImages">Whether every original must be there.</param>
    internal void AddFailures(ImmutableArray<string>.Builder failures, bool requireImages)
    {
        if (different.Count > 0)
        {
            failures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{different.Count} of {named} original images are not seen as the trainer saw them; the first: "
                        + $"{different[0]}"
                )
            );
        }

        if (requireImages && (Missing > 0 || named == 0))
        {
            failures.Add(
                named == 0
                    ? "the golden file names no original images to decode again"
                    : FormattableString.Invariant($"{Missing} of {named} original images are not there to decode again")
            );
        }
    }
}
