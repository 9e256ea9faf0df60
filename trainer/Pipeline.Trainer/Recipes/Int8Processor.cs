using System.Runtime.Intrinsics.X86;

namespace Pipeline.Trainer.Recipes;

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
