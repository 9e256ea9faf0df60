namespace Pipeline.Trainer.Recipes;

/// <summary>Which sides of an image are swapped.</summary>
[Flags]
public enum ImageFlips
{
    /// <summary>The image as it is.</summary>
    None = 0,

    /// <summary>Left and right.</summary>
    Horizontal = 1,

    /// <summary>Top and bottom.</summary>
    Vertical = 2,
}
