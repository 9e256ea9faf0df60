using System.Collections.Immutable;

namespace Pipeline.Networks.Graph;

/// <summary>One step of a network.</summary>
/// <param name="Name">Unique name; the prefix of its parameters' keys, and the name by which a recipe cuts.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">Names of earlier nodes, or <see cref="NetworkGraph.InputName"/>.</param>
/// <param name="Block">The block it belongs to, by which a recipe freezes and a summary groups.</param>
/// <param name="InputShape">Shape of its first input.</param>
/// <param name="OutputShape">Shape of its result.</param>
public sealed record Node(string Name, Operation Operation, ImmutableArray<string> Inputs, string Block, FeatureShape InputShape, FeatureShape OutputShape)
{
    /// <summary>The tensors it needs, in PyTorch's order.</summary>
    public IReadOnlyList<ParameterSpec> Parameters => Operation.Parameters(Name, InputShape);

    /// <summary>Multiplications with addition for one image.</summary>
    public long MultiplyAdds => Operation.MultiplyAdds(InputShape, OutputShape);
}
