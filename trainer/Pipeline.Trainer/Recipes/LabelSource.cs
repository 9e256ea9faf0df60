namespace Pipeline.Trainer.Recipes;

/// <summary>Where an image's class is written.</summary>
public enum LabelSource
{
    /// <summary>The folder that the image lies in.</summary>
    Folder,

    /// <summary>The file's name up to the first dot: <c>cat.0.jpg</c> shows a cat.</summary>
    FileName,
}
