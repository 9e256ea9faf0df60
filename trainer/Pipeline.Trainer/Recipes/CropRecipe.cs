namespace Pipeline.Trainer.Recipes;

/// <summary>
/// A random part of the image, enlarged to the whole: torchvision's <c>RandomResizedCrop</c>, on the image at the
/// network's size, bilinear and without antialias.
/// </summary>
/// <param name="Area">Share of the image's area, drawn uniformly; in (0, 1].</param>
/// <param name="Aspect">
/// Width over height of the part as a factor of the image's own, drawn uniformly on a logarithmic scale; positive.
/// </param>
/// <remarks>
/// Source: Szegedy et al. 2015, arXiv:1409.4842, section 6. After ten draws that do not fit into the image, the whole
/// image is taken.
/// </remarks>
public sealed record CropRecipe(FactorRange Area, FactorRange Aspect)
{
    /// <summary>torchvision's: an area of 8 % to 100 %, 3:4 to 4:3.</summary>
    public static CropRecipe Usual { get; } = new(new FactorRange(0.08, 1), new FactorRange(3 / 4.0, 4 / 3.0));
}
