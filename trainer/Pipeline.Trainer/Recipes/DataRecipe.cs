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
