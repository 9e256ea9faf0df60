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
