using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Reading;

/// <summary>How a file names and lays out its tensors.</summary>
internal enum WeightsLayout
{
    /// <summary>PyTorch's state-dict keys and layouts, as the catalog's graphs have them.</summary>
    Torch,

    /// <summary>Keras's: layer name, a slash, Keras's name; kernels end in their output channels.</summary>
    Keras,

    /// <summary>
    /// Keras 3's <c>.weights.h5</c>: layers by class and number, their tensors by position; kernels as in Keras.
    /// </summary>
    KerasNumbered,
}

/// <summary>What a file of weights holds, before it is held against a network.</summary>
/// <param name="Tensors">
/// The tensors under the file's names, cleaned as <paramref name="Notes"/> says. Views of memory that the set owns.
/// </param>
/// <param name="Layout">How names and layouts are to be read.</param>
/// <param name="Format">Name of the file format, for people.</param>
/// <param name="Source">Path of the file, for messages.</param>
/// <param name="Notes">What was unwrapped or renamed on the way, one sentence each; to be shown.</param>
internal sealed record ImportedWeights(
    WeightSet Tensors,
    WeightsLayout Layout,
    string Format,
    string Source,
    IReadOnlyList<string> Notes
)
{
    /// <summary>
    /// The graph around the tensors, by which they are matched when their names are not the network's; <c>null</c> but
    /// for ONNX.
    /// </summary>
    internal OnnxGraph? Graph { get; init; }
}
