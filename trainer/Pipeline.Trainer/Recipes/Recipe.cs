namespace Pipeline.Trainer.Recipes;

/// <summary>
/// Everything about a run: the data and the models to train on it. A resolved recipe alone reproduces the run.
/// </summary>
public sealed record Recipe
{
    /// <summary>
    /// Name of the recipe; the run lands in <c>artifacts/&lt;name&gt;/&lt;n&gt;</c>. Letters, digits, <c>-</c> and
    /// <c>_</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Seed of every random number of the run.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Threads of libtorch's operators; results are reproducible for a given number.</summary>
    public required int Threads { get; init; }

    /// <summary>Where the images come from.</summary>
    public required DataRecipe Data { get; init; }

    /// <summary>The models in training order; at least one.</summary>
    public required IReadOnlyList<ModelRecipe> Models { get; init; }

    /// <summary>Name of the model whose <c>model.onnx</c> stands at run level.</summary>
    public required string Publish { get; init; }

    /// <summary>Which variant of its file every model is exported as.</summary>
    public ExportRecipe Export { get; init; } = ExportRecipe.Standard;

    /// <summary>How that model becomes int8 as well; <c>null</c> when it does not.</summary>
    public QuantizationRecipe? Quantization { get; init; }
}
