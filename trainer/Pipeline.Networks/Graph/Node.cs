using System.Collections.Immutable;

namespace Pipeline.Networks.Graph;

/// <summary>One step of a network.</summary>
/// <param name="Name">Unique name; the prefix of its parameters' keys, and the name by which a recipe cuts.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">Names of earlier nodes, or <see cref="NetworkGraph.InputName"/>.</param>
/// <param name="Block">The block it belongs to, by which a recipe freezes and a summary groups.</param>
/// <param name="InputShape">Shape of its first input.</param>
/// <param name="OutputShape">Shape of its result.</param>
public sealed record Node(
    string Name,
    Operation Operation,
    ImmutableArray<string> Inputs,
    string Block,
    FeatureShape InputShape,
    FeatureShape OutputShape
)
{
    /// <summary>The tensors it needs, in PyTorch's order.</summary>
    public IReadOnlyList<ParameterSpec> Parameters => Operation.Parameters(Name, InputShape);

    /// <summary>Multiplications with addition for one image.</summary>
    public long MultiplyAdds => Operation.MultiplyAdds(InputShape, OutputShape);

    /// <summary>
    /// Whether the node belongs to a block or module: its block has that name, or its own name is that or begins with
    /// it and a dot (<c>layer4.1</c> has <c>layer4.1.conv1</c>).
    /// </summary>
    /// <param name="module">Name of a block, module or node.</param>
    /// <returns>Whether it does.</returns>
    public bool IsIn(string module) =>
        Block == module
        || Name == module
        || (
            Name.Length > module.Length
            && Name[module.Length] == '.'
            && Name.StartsWith(module, StringComparison.Ordinal)
        );
}
