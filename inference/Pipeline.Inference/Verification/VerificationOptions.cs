using System.Collections.Immutable;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>How a model is held against its trainer.</summary>
public sealed record VerificationOptions
{
    /// <summary>
    /// Sizes of the batches that the golden images are scored in; default 1, 2 and 32. A size that divides the number
    /// of images gets a partial batch besides.
    /// </summary>
    public ImmutableArray<int> BatchSizes { get; init; } = [1, 2, 32];

    /// <summary>
    /// What the model is held to; <c>null</c> takes what its contract states: for float32 a relative tolerance of 1e-4
    /// and no image with another class.
    /// </summary>
    public ModelPrecision? Precision { get; init; }

    /// <summary>
    /// The trainer's temperature, which the model's contract and probabilities must have; <c>null</c> takes what its
    /// contract states.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// The trainer's class names; <c>null</c> compares with those in the golden file, when it has them.
    /// </summary>
    public LabelSet? Labels { get; init; }

    /// <summary>
    /// Folder that relative paths in the golden file start from; <c>null</c> tries the current folder, then the golden
    /// file's own.
    /// </summary>
    public string? ImageRoot { get; init; }

    /// <summary>
    /// Whether the original images must be there to be decoded again; default no: those that are there are compared,
    /// the others counted. The gate says yes.
    /// </summary>
    public bool RequireImages { get; init; }

    /// <summary>
    /// How to run the model. The default is the CPU, in full float32, and does not spin: the gate shares its process
    /// with a trainer. With <see cref="ScoringOptions.Features"/> the output <c>features</c> is compared as well, and a
    /// golden file without features is a failure.
    /// </summary>
    public ScoringOptions Scoring { get; init; } = new() { Device = ScoringDevice.Cpu, AllowSpinning = false };
}
