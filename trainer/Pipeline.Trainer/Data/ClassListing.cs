using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>Lists the images of a folder with their classes, which their folders or their names say.</summary>
/// <param name="labels">The classes.</param>
/// <param name="source">Where a class is written.</param>
/// <param name="isSubset">Whether images of other classes are left out; otherwise they are an error.</param>
internal sealed class ClassListing(LabelSet labels, LabelSource source, bool isSubset)
{
    /// <summary>The class names that a folder holds, in ordinal order.</summary>
    internal static string[] NamesIn(string folder, LabelSource source) =>
        [
            .. (
                source == LabelSource.Folder
                    ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))
                    : Files(folder).Select(ClassOf).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)
            ).Order(StringComparer.Ordinal),
        ];

    /// <summary>The images of a folder, each with its class, by class and then by path.</summary>
    /// <exception cref="DatasetException">
    /// The folder is missing, a class is empty, or there is one that the training images do not have.
    /// </exception>
    internal List<ImageSample> Labelled(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException(
                $"Image folder '{folder}' does not exist. Put images there, in one folder per class: {labels}."
            )
            {
                Subject = folder,
            };
        }

        string? stranger = isSubset
            ? null
            : NamesIn(folder, source).FirstOrDefault(name => !labels.TryIndexOf(name, out _));
        if (stranger is not null)
        {
            throw new DatasetException(
                $"{(source == LabelSource.Folder ? "Folder" : "Class of files")} '{Path.Combine(folder, stranger)}' "
                    + $"is no class of the training images, which are: {labels}. Rename or remove it."
            )
            {
                Subject = folder,
                Found = stranger,
            };
        }

        ILookup<string, string>? byName =
            source == LabelSource.FileName ? Files(folder).ToLookup(ClassOf, StringComparer.Ordinal) : null;
        var samples = new List<ImageSample>();
        for (int index = 0; index < labels.Count; index++)
        {
            string classFolder = Path.Combine(folder, labels[index]);
            string[] files = [.. byName?[labels[index]] ?? (Directory.Exists(classFolder) ? Files(classFolder) : [])];
            if (files.Length == 0)
            {
                throw new DatasetException(
                    $"Class '{labels[index]}' has no image in '{(byName is null ? classFolder : folder)}'. "
                        + "Put images there, or remove the class from every part."
                )
                {
                    Subject = classFolder,
                };
            }

            samples.AddRange(files.Select(path => new ImageSample(path, index)));
        }

        return samples;
    }

    /// <summary>As <see cref="Labelled"/>, or all files without a class if none has one: images to score.</summary>
    internal List<ImageSample> PerhapsLabelled(string folder)
    {
        string[] names = NamesIn(folder, source);
        bool isLabelled =
            source == LabelSource.Folder ? names.Length > 0 : names.Any(name => labels.TryIndexOf(name, out _));
        return isLabelled || !Files(folder).Any()
            ? Labelled(folder)
            : [.. Files(folder).Select(path => new ImageSample(path, ImageSample.Unlabelled))];
    }

    /// <summary>All files below a folder by path, but for those that a system puts into every folder.</summary>
    private static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(IsVisible)
            .Order(StringComparer.Ordinal);

    private static string ClassOf(string path) =>
        Path.GetFileName(path) is var name && name.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot
            ? name[..dot]
            : string.Empty;

    private static bool IsVisible(string path) =>
        Path.GetFileName(path) is var name && !name.StartsWith('.') && name is not ("Thumbs.db" or "desktop.ini");
}
