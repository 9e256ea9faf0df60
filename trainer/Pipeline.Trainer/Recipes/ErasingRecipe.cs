namespace Pipeline.Trainer.Recipes;

/// <summary>A rectangle of the image is painted over, after all other changes.</summary>
/// <param name="Probability">Share of images that lose one, in (0, 1].</param>
/// <param name="Area">Share of the image's area, drawn uniformly; in (0, 1].</param>
/// <param name="Aspect">
/// Width over height of the rectangle as a factor of the image's own, drawn uniformly on a logarithmic scale; positive.
/// </param>
/// <param name="Value">What is painted, the same in each channel, in [0, 255].</param>
/// <remarks>
/// Source: Zhong et al. 2020, arXiv:1708.04896. After ten draws that do not fit into the image, nothing is erased.
/// </remarks>
public sealed record ErasingRecipe(double Probability, FactorRange Area, FactorRange Aspect, double Value)
{
    /// <summary>torchvision's numbers; it paints 0 after normalising, which is about the middle of the range.</summary>
    public static ErasingRecipe Usual { get; } =
        new(0.5, new FactorRange(0.02, 0.33), new FactorRange(0.3, 3.3), 127.5);
}
