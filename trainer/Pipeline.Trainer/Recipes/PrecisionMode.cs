namespace Pipeline.Trainer.Recipes;

/// <summary>
/// The number format of a phase's training steps. Validation, features, golden logits and the gate are always computed
/// in 32 bits.
/// </summary>
public enum PrecisionMode
{
    /// <summary>Whichever is faster here, by measurement before the run; a resolved recipe never says this.</summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>
    /// Convolutions and matrix products in bfloat16 with pixels behind each other in memory; weights, loss and
    /// optimizer in 32 bits.
    /// </summary>
    Bf16,
}
