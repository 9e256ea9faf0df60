using Pipeline.Core.Contracts;

namespace Pipeline.Export;

/// <summary>Which variant of a file is written.</summary>
internal sealed record ExportOptions
{
    /// <summary>
    /// What a float16 file is held to: a logit may be off by 1 % of the largest one (or of 1), and 1 % of the images
    /// may get another class. float16 keeps 11 bits, so each layer rounds by up to 5e-4; what that adds up to was
    /// measured in ADR 5, over the catalog in <c>docs/results/export.md</c>.
    /// </summary>
    public static ModelPrecision Float16Budget { get; } = new("fp16", 0.01, 0.01);

    /// <summary>What the graph takes; default pixels.</summary>
    public ExportInput Input { get; init; } = ExportInput.Uint8;

    /// <summary>In what numbers it computes; default float32.</summary>
    public ExportPrecision Precision { get; init; } = ExportPrecision.Fp32;

    /// <summary>Whether the file has the third output <c>features</c>, the backbone's result; default no.</summary>
    public bool Features { get; init; }

    /// <summary>The contract that a file of this variant carries.</summary>
    /// <param name="contract">The checkpoint's.</param>
    /// <returns>The same with input and precision of this variant.</returns>
    internal ModelContract Adapt(ModelContract contract) =>
        contract with
        {
            Preprocessing = contract.Preprocessing with { IsInGraph = Input == ExportInput.Uint8 },
            Precision = Precision == ExportPrecision.Fp16 ? Float16Budget : contract.Precision,
        };
}
