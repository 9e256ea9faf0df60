using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>
/// One step of a network in words that all descriptions of networks share: steps that compute alike have equal texts.
/// </summary>
/// <param name="Name">Unique name in its list.</param>
/// <param name="Text">Operation and all of its numbers but the weights, such as <c>Conv 3x3, stride 2x2,
/// ...</c>.</param>
/// <param name="Inputs">Names of earlier steps, or <see cref="StepList.InputName"/>.</param>
internal sealed record Step(string Name, string Text, IReadOnlyList<string> Inputs)
{
    /// <summary>
    /// The tensors that a file has for it, under the last parts of the network's keys (<c>weight</c>).
    /// </summary>
    internal IReadOnlyDictionary<string, StepTensor> Tensors { get; init; } = new Dictionary<string, StepTensor>();

    /// <summary>The network's node; <c>null</c> for a step of a file.</summary>
    internal Node? Node { get; init; }

    /// <summary>Whether the order of its inputs does not matter.</summary>
    internal bool IsCommutative => Text is StepText.Add or StepText.Multiply;
}

/// <summary>A tensor of a step.</summary>
/// <param name="Tensor">As the file has it.</param>
/// <param name="Shape">Its shape in the network's layout, before <paramref name="IsTransposed"/>.</param>
/// <param name="IsTransposed">Whether its two axes change places.</param>
internal sealed record StepTensor(TensorData Tensor, long[] Shape, bool IsTransposed = false);

/// <summary>The steps of one description, each after its inputs.</summary>
/// <param name="Steps">In an order in which each comes after its inputs.</param>
internal sealed record StepList(IReadOnlyList<Step> Steps)
{
    /// <summary>Name by which steps refer to the image.</summary>
    internal const string InputName = "\0input";
}
