using System.Runtime.Intrinsics.X86;

namespace Pipeline.Trainer.Recipes;

/// <summary>Which variant of <c>model.onnx</c> a run writes.</summary>
public sealed record ExportRecipe
{
    /// <summary>Pixels in, float32 inside, logits and probabilities out.</summary>
    public static ExportRecipe Standard { get; } = new();

    /// <summary>
    /// Whether the graph takes normalised images, <c>float32 [N, 3, H, W]</c> (<c>input: float32</c>), instead of
    /// pixels, <c>uint8 [N, H, W, 3]</c>.
    /// </summary>
    public bool TakesFloat32 { get; init; }

    /// <summary>Whether weights and layers are float16 (<c>precision: fp16</c>).</summary>
    public bool IsFloat16 { get; init; }

    /// <summary>Whether there is a third output, what the backbone gives.</summary>
    public bool HasFeatures { get; init; }
}

/// <summary>How the published model becomes int8 as well, and when that file is good enough to be published.</summary>
public sealed record QuantizationRecipe
{
    /// <summary>How ranges are chosen.</summary>
    public CalibrationKind Calibration { get; init; } = CalibrationKind.Percentile;

    /// <summary>
    /// For <see cref="CalibrationKind.Percentile"/>: share of the values inside the range in percent, in (50, 100].
    /// </summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Training images that the ranges are measured on, at most.</summary>
    public int Images { get; init; } = 256;

    /// <summary>Points of validation accuracy that int8 may cost, in percentage points, at least 0.</summary>
    public double BudgetPoints { get; init; } = 0.5;

    /// <summary>How many times as fast as float32 the int8 file must be on this machine to be published.</summary>
    public double MinSpeedup { get; init; } = 1.3;

    /// <summary>Whether the mean error of rounded weights is taken back in the bias.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>
    /// Whether weights use 7 bits: right on processors without VNNI, and the default there
    /// (<see cref="Int8Processor"/>).
    /// </summary>
    public bool ReduceRange { get; init; } = Int8Processor.NeedsReducedRange;
}

/// <summary>How the range of an activation is chosen from what it is on calibration images.</summary>
public enum CalibrationKind
{
    /// <summary>Smallest and largest value.</summary>
    MinMax,

    /// <summary>Moving average of each image's smallest and largest value.</summary>
    MovingAverage,

    /// <summary>The range that holds a stated share of the values.</summary>
    Percentile,

    /// <summary>The range whose 8-bit distribution is nearest to the original one.</summary>
    Entropy,
}

/// <summary>
/// What this processor does with int8. x86 without VNNI adds two products of a uint8 and an int8 in 16 bits with
/// saturation, so 255 x 127 x 2 does not fit and weights must use 7 bits; with VNNI, and on Arm, sums are 32 bits wide.
/// </summary>
public static class Int8Processor
{
    // leaf of CPUID; sub-leaf 0: ECX bit 11 is AVX512_VNNI, sub-leaf 1: EAX bit 4 is AVX_VNNI
    private const int StructuredFeatures = 7;

    /// <summary>Whether the processor, and the operating system, have VNNI.</summary>
    public static bool HasVnni { get; } = FindVnni();

    /// <summary>Whether full-range weights may overflow here.</summary>
    public static bool NeedsReducedRange => X86Base.IsSupported && !HasVnni;

    /// <summary>One phrase for a report.</summary>
    public static string Description =>
        HasVnni ? "x86 with VNNI"
        : X86Base.IsSupported ? "x86 without VNNI"
        : "not x86";

    private static bool FindVnni()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < StructuredFeatures)
        {
            return false;
        }

        (int subLeaves, _, int features, _) = X86Base.CpuId(StructuredFeatures, 0);
        bool wide = Avx512BW.IsSupported && (features & (1 << 11)) != 0;
        bool narrow = Avx2.IsSupported && subLeaves >= 1 && (X86Base.CpuId(StructuredFeatures, 1).Eax & (1 << 4)) != 0;
        return wide || narrow;
    }
}
