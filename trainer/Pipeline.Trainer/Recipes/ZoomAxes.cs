namespace Pipeline.Trainer.Recipes;

/// <summary>Whether a zoom's factor is drawn once for an image or once for each axis.</summary>
public enum ZoomAxes
{
    /// <summary>
    /// One factor for the width and another for the height, as Keras does: the image is stretched as well.
    /// </summary>
    Each,

    /// <summary>The same factor for both: proportions stay.</summary>
    Both,
}
