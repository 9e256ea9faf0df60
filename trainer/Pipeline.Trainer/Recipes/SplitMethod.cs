namespace Pipeline.Trainer.Recipes;

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
