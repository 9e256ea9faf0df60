namespace Pipeline.Trainer.Recipes;

/// <summary>
/// How the data is parted. A part without a size takes what its own folder holds, or for training what the others
/// leave.
/// </summary>
/// <param name="Train">To train on; <c>null</c> takes the rest.</param>
/// <param name="Validation">To choose by; <c>null</c> means that there is a folder for it.</param>
/// <param name="Test">Looked at once, at the end; <c>null</c> means all that its folder holds, if there is one.</param>
/// <param name="Method">How images are chosen.</param>
public sealed record SplitRecipe(PartSize? Train, PartSize? Validation, PartSize? Test, SplitMethod Method);
