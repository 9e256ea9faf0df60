namespace Pipeline.Trainer.Augmentation;

/// <summary>What a policy does to an image's tones beyond brightness, contrast and saturation.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Amount">Its strength; the meaning is the kind's.</param>
internal readonly record struct ToneChange(ToneKind Kind, double Amount = 0);

/// <summary>The tone changes of Pillow's <c>ImageOps</c> and <c>ImageEnhance</c> that policies use.</summary>
internal enum ToneKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Away from a smoothed copy by a factor: 0 is smooth, 1 as it was.</summary>
    Sharpness,

    /// <summary>Only so many of the eight bits are kept.</summary>
    Posterize,

    /// <summary>Values of at least the amount, 0 to 255, are inverted.</summary>
    Solarize,

    /// <summary>Each channel is spread over 0 to 255.</summary>
    AutoContrast,

    /// <summary>Each channel's values become equally frequent.</summary>
    Equalize,
}
