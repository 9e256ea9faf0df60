namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// The list of samples that a sample index belongs to: equal indexes in different lists draw different numbers.
/// </summary>
internal enum AugmentedPart
{
    /// <summary>Training images.</summary>
    Train,

    /// <summary>Validation images.</summary>
    Validation,
}
