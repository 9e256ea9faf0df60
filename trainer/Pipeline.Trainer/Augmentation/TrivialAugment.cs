namespace Pipeline.Trainer.Augmentation;

/// <summary>TrivialAugment with wide ranges: one of 14 changes per image, one of 31 strengths, a random sign.</summary>
/// <remarks>
/// Source: Müller and Hutter 2021, arXiv:2103.10158, table 1 ("Wide"); kinds and strengths as in
/// <c>TrivialAugmentWide</c> of torchvision 0.14. Shears and turns are about the image's centre here, and what stands
/// outside is the recipe's <c>fill</c>.
/// </remarks>
internal static class TrivialAugment
{
    private const int Kinds = 14,
        Strengths = 31;
    private const double Shear = 0.99,
        ShiftPixels = 32,
        RotationDegrees = 135,
        Enhancement = 0.99;

    /// <summary>Adds the policy's change to what other keys drew.</summary>
    /// <param name="change">Drawn by the other keys.</param>
    /// <param name="kind">Random number in [0, 1) that chooses the change.</param>
    /// <param name="strength">Random number in [0, 1) that chooses how much.</param>
    /// <param name="sign">Random number in [0, 1) that chooses the direction.</param>
    internal static ImageChange Add(ImageChange change, double kind, double strength, double sign)
    {
        double step = Math.Floor(strength * Strengths); // 0 to 30
        double share = step / (Strengths - 1); // 0 to 1
        double signed = sign < 0.5 ? -share : share;
        double factor = 1 + (Enhancement * signed);
        return (int)(kind * Kinds) switch
        {
            0 => change,
            1 => change with { Policy = AffineMap.Identity with { XY = Shear * signed } },
            2 => change with { Policy = AffineMap.Identity with { YX = Shear * signed } },
            3 => change with { Policy = AffineMap.Shift(ShiftPixels * signed, 0) },
            4 => change with { Policy = AffineMap.Shift(0, ShiftPixels * signed) },
            5 => change with { Policy = AffineMap.Rotation(double.DegreesToRadians(RotationDegrees * signed)) },
            6 => change with { Brightness = change.Brightness * factor },
            7 => change with { Saturation = change.Saturation * factor },
            8 => change with { Contrast = change.Contrast * factor },
            9 => change with { Tone = new ToneChange(ToneKind.Sharpness, factor) },
            10 => change with { Tone = new ToneChange(ToneKind.Posterize, 8 - Math.Round(6 * share)) },
            11 => change with
            {
                Tone = new ToneChange(ToneKind.Solarize, 255 * (Strengths - 1 - step) / (Strengths - 1)),
            },
            12 => change with { Tone = new ToneChange(ToneKind.AutoContrast) },
            _ => change with { Tone = new ToneChange(ToneKind.Equalize) },
        };
    }
}
