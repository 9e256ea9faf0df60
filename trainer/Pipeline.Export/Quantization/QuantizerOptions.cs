using System.Collections.Immutable;
using Pipeline.Core.Contracts;

namespace Pipeline.Export.Quantization;

/// <summary>How a model becomes int8. All of it shows in the bytes of the file.</summary>
internal sealed record QuantizerOptions
{
    /// <summary>
    /// Whether weights use [-64, 64] instead of [-127, 127]: right where the processor has no VNNI, since there two
    /// products are added in 16 bits and overflow; default no.
    /// </summary>
    public bool ReduceRange { get; init; }

    /// <summary>Whether the mean error of rounded weights is taken back in the bias; default yes.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Names of operators that stay float32; default none.</summary>
    public ImmutableHashSet<string> FloatNodes { get; init; } = [];

    /// <summary>
    /// Divisor of the logits before the softmax, positive; <c>null</c>, the default, keeps the float32 model's. It can
    /// change a calibrated model only: the graph of another has no place for it.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// What the file's contract promises of its answers; default: nothing that could be broken, for a file that is
    /// being tried.
    /// </summary>
    public ModelPrecision Precision { get; init; } = new("int8", 1, 0.5);

    /// <summary>What the file's provenance says about the quantization; <c>null</c> for nothing.</summary>
    public string? Provenance { get; init; }
}
