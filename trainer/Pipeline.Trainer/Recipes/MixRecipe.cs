namespace Pipeline.Trainer.Recipes;

/// <summary>
/// Training on mixtures of two images of a batch, the loss mixed alike. With both given, each batch takes one of them
/// at random.
/// </summary>
/// <param name="Mixup">
/// Alpha of the Beta distribution of the share in a weighted sum of two images; 0 turns it off.
/// </param>
/// <param name="Cutmix">
/// Alpha of the Beta distribution of the area that a rectangle of another image takes; 0 turns it off.
/// </param>
/// <remarks>Sources: Zhang et al. 2018, arXiv:1710.09412; Yun et al. 2019, arXiv:1905.04899.</remarks>
public sealed record MixRecipe(double Mixup = 0, double Cutmix = 0)
{
    /// <summary>No mixing.</summary>
    public static MixRecipe None { get; } = new();

    /// <summary>Whether there is any.</summary>
    public bool IsAny => Mixup > 0 || Cutmix > 0;
}
