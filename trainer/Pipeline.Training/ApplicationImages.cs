using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;

namespace Pipeline.Training;

/// <summary>
/// Keeps the images that an application brings as an image folder, so that they are split, hashed, trained on, scored
/// and found again by a resumed run as any others.
/// </summary>
internal static class ApplicationImages
{
    /// <summary>Folder of images that the recipe parts; a class may have the name of a part.</summary>
    private const string Whole = "images";

    private static readonly string[] Parts =
    [
        DatasetSplits.TrainPart,
        DatasetSplits.ValidationPart,
        DatasetSplits.TestPart,
    ];

    /// <summary>Writes the folder; one of the same images is kept.</summary>
    /// <param name="images">The images; <c>null</c> is an error.</param>
    /// <param name="cacheFolder">Folder under which it is made.</param>
    /// <param name="progress">Told before it begins. Borrowed.</param>
    /// <param name="cancellationToken">Stops between two images; nothing is left.</param>
    /// <returns>Path of the folder, named by what is in it.</returns>
    /// <exception cref="DatasetException">There are none, or one has a name that cannot be a file's.</exception>
    internal static async Task<string> WriteAsync(
        IAsyncEnumerable<LabelledImage>? images,
        string cacheFolder,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        if (images is null)
        {
            throw new DatasetException(
                "The recipe's data has the source 'application', and no images were given. "
                    + "Train from C# with ImageTrainerOptions.Images, or name another source."
            );
        }

        progress.Message("Reading the application's images");
        Directory.CreateDirectory(cacheFolder);
        string work = Path.Combine(cacheFolder, $"application.{Guid.NewGuid():N}.tmp");
        try
        {
            string hash = await FillAsync(work, images, cancellationToken).ConfigureAwait(false);
            string folder = Path.Combine(cacheFolder, $"application-{hash[..16]}");
            try
            {
                Directory.Move(work, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // there already, perhaps since a moment: another process brings the same images
            }

            return Path.Combine(folder, Directory.Exists(Path.Combine(folder, Whole)) ? Whole : string.Empty);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static async Task<string> FillAsync(
        string folder,
        IAsyncEnumerable<LabelledImage> images,
        CancellationToken cancellationToken
    )
    {
        var lines = new List<string>();
        string? first = null;
        await foreach (LabelledImage image in images.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            string part = RequirePart(image);
            if (((first ??= part) == Whole) != (part == Whole))
            {
                throw new DatasetException(
                    $"Image '{image.Name}' {(part == Whole ? "has no part" : $"has the part '{part}'")}, unlike those "
                        + "before it. Give all images a part, or none."
                )
                {
                    Subject = image.Name,
                };
            }

            string name = Path.Combine(
                part,
                RequireFileName(image, image.Label, "label"),
                RequireFileName(image, image.Name, "name")
            );
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder);
            await using FileStream file = Create(path, image);
            await file.WriteAsync(image.Encoded, cancellationToken).ConfigureAwait(false);
            lines.Add($"{name}\n{Convert.ToHexStringLower(SHA256.HashData(image.Encoded.Span))}\n");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines.Count > 0
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))
            : throw new DatasetException("The application gave no image. Give some of each class.");
    }

    private static FileStream Create(string path, LabelledImage image)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new DatasetException(
                $"The application gave two images '{image.Name}' of class '{image.Label}'. "
                    + "Names must differ within a class.",
                error
            )
            {
                Subject = image.Name,
            };
        }
    }

    private static string RequirePart(LabelledImage image) =>
        image.Part is null || Parts.Contains(image.Part, StringComparer.Ordinal)
            ? image.Part ?? Whole
            : throw new DatasetException(
                $"Image '{image.Name}' has the part '{image.Part}', expected {string.Join(", ", Parts)}, or null."
            )
            {
                Subject = image.Name,
            };

    private static string RequireFileName(LabelledImage image, string name, string what) =>
        name.Length is > 0 and <= 200
        && name[0] != '.'
        && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0
        && !name.Contains('\\', StringComparison.Ordinal)
            ? name
            : throw new DatasetException(
                $"Image '{image.Name}' has the {what} '{name}', which cannot be a file's name. Use letters, digits, "
                    + "'.', '-', '_' and spaces."
            )
            {
                Subject = image.Name,
            };
}
