using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>
/// A folder of images: with one folder for training, one for validation and perhaps one for testing, or a single one
/// that is split.
/// </summary>
internal static class ImageFolder
{
    /// <summary>Second name under which a folder of validation images is looked for.</summary>
    private const string ShortValidation = "val";

    /// <summary>
    /// Lists the images. Class order is fixed here, from the training images, and never derived again.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="recipe">Names of the parts, classes, where labels are written, how to split.</param>
    /// <returns>The three parts.</returns>
    /// <exception cref="DatasetException">
    /// A folder is missing, a class is empty or occurs in one part only, there are fewer than two classes, or fewer
    /// images than the split asks for.
    /// </exception>
    public static DatasetSplits Scan(string root, DataRecipe recipe)
    {
        string train = Path.Combine(root, recipe.Parts.Train);
        // one folder, no parts
        bool isWhole = recipe.Split is not null && Directory.Exists(root) && !Directory.Exists(train);
        string pool = isWhole ? root : RequireTrainFolder(root, train, recipe.Parts.Train);
        LabelSet labels = Labels(pool, recipe);
        var listing = new ClassListing(
            labels,
            recipe.Labels,
            isSubset: recipe.Classes.Count > 0 || recipe.FirstClasses is not null
        );
        List<ImageSample> images = listing.Labelled(pool);
        string? validationFolder = isWhole ? null : ValidationFolder(root, recipe.Parts);
        string? testFolder = isWhole ? null : FolderOrNull(Path.Combine(root, recipe.Parts.Test));
        if (recipe.Split is not SplitRecipe split)
        {
            List<ImageSample> validation = listing.Labelled(
                validationFolder ?? Path.Combine(root, recipe.Parts.Validation)
            );
            return new DatasetSplits(
                root,
                labels,
                images,
                validation,
                testFolder is null ? [] : listing.PerhapsLabelled(testFolder)
            );
        }

        if (validationFolder is null && split.Validation is null)
        {
            throw new DatasetException(
                $"Image folder '{root}' has no folder '{recipe.Parts.Validation}', and the recipe's 'split' takes "
                    + "no validation images. Add the folder, or validation: 0.1 to 'split'."
            )
            {
                Subject = root,
            };
        }

        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        (List<ImageSample> chosen, List<ImageSample> fromTrain, List<ImageSample> testFromTrain) = SplitChoice.Choose(
            images,
            (split.Train, validationFolder is null ? split.Validation : null, testFolder is null ? split.Test : null),
            split.Method,
            labels,
            hashes
        );
        return new DatasetSplits(
            root,
            labels,
            chosen,
            RequireEveryClass(
                validationFolder is null ? fromTrain : Some(listing.Labelled(validationFolder), split.Validation),
                labels
            ),
            testFolder is null ? testFromTrain : Some(listing.PerhapsLabelled(testFolder), split.Test)
        )
        {
            KnownHashes = hashes,
        };

        List<ImageSample> Some(List<ImageSample> samples, PartSize? size) =>
            size switch
            {
                null => samples,
                { Value: 0 } => [],
                _ when !samples[0].IsLabelled => [.. samples.Take(size.Value.CountIn(samples.Count))],
                _ => SplitChoice.Choose(samples, (size, null, null), split.Method, labels, hashes).Train,
            };
    }

    private static string RequireTrainFolder(string root, string train, string name)
    {
        if (Directory.Exists(train))
        {
            return train;
        }

        string found =
            Directory.Exists(root) ? $"has no folder '{name}'"
            : File.Exists(root) ? "is a file"
            : "does not exist";
        throw new DatasetException(
            $"Image folder '{root}' "
                + $"{found}{(Path.IsPathRooted(root) ? string.Empty : $", looked for at '{Path.GetFullPath(root)}'")}. "
                + $"Expected {train}/<class>/*.jpg, and the same under validation and, if you like, test; "
                + "or say with 'split' how to part one folder."
        )
        {
            Subject = root,
            Expected = train,
        };
    }

    private static string? ValidationFolder(string root, PartFolders parts) =>
        FolderOrNull(Path.Combine(root, parts.Validation))
        ?? (
            parts.Validation == new PartFolders().Validation ? FolderOrNull(Path.Combine(root, ShortValidation)) : null
        );

    private static string? FolderOrNull(string path) => Directory.Exists(path) ? path : null;

    /// <summary>The classes of the training images; a fault of the names is told with the folder.</summary>
    private static LabelSet Labels(string folder, DataRecipe recipe)
    {
        string[] found = ClassListing.NamesIn(folder, recipe.Labels);
        foreach (string name in recipe.Classes)
        {
            if (!found.Contains(name))
            {
                string what = recipe.Labels == LabelSource.Folder ? "folder" : "image";
                string known =
                    found.Length == 0
                        ? " It has none at all"
                        : $"{Spelling.DidYouMean(name, found)} Found: {string.Join(", ", found)}";
                throw new DatasetException(
                    $"Class '{name}' of the recipe has no {what} in '{folder}'.{known}. "
                        + "Correct 'classes', or add the folder."
                )
                {
                    Subject = folder,
                    Expected = name,
                };
            }
        }

        if (recipe.FirstClasses > found.Length)
        {
            throw new DatasetException(
                $"The recipe takes the first {recipe.FirstClasses} classes, '{folder}' has {found.Length}: "
                    + $"{string.Join(", ", found)}. Take fewer."
            )
            {
                Subject = folder,
            };
        }

        try
        {
            return new LabelSet(
                recipe.Classes.Count > 0 ? recipe.Classes : found.Take(recipe.FirstClasses ?? found.Length)
            );
        }
        catch (DatasetException error)
        {
            throw new DatasetException($"Training images in '{folder}': {error.Message}", error)
            {
                Subject = folder,
                Found = string.Join(", ", found),
            };
        }
    }

    /// <summary>
    /// A share of a small class, or the last of a list by class, may leave a class without validation images: its
    /// accuracy would be nobody's.
    /// </summary>
    private static List<ImageSample> RequireEveryClass(List<ImageSample> validation, LabelSet labels)
    {
        int missing = Enumerable
            .Range(0, labels.Count)
            .FirstOrDefault(index => validation.All(sample => sample.ClassIndex != index), -1);
        return missing < 0
            ? validation
            : throw new DatasetException(
                $"The split leaves class '{labels[missing]}' without a validation image. Ask for more in 'split', "
                    + "or use another 'method'."
            );
    }
}
