namespace Pipeline.Trainer.Recipes;

/// <summary>A published policy that changes images without numbers to choose.</summary>
public enum AutoPolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>
    /// TrivialAugment, wide ranges: one of 14 changes per image, at a random strength. Müller and Hutter 2021,
    /// arXiv:2103.10158, table 1.
    /// </summary>
    TrivialAugment,
}
