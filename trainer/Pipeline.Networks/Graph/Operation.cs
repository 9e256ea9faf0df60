using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>
/// What a node computes. An operation says its result's shape, its parameters and its cost; the readers (torch
/// executor, ONNX writer, passes) match on its type.
/// </summary>
public abstract record Operation
{
    /// <summary>Shape of the result.</summary>
    /// <param name="inputs">Shapes of the inputs, in order. Borrowed.</param>
    /// <returns>The result's shape.</returns>
    /// <exception cref="ShapeException">The operation does not take such inputs.</exception>
    public abstract FeatureShape Infer(IReadOnlyList<FeatureShape> inputs);

    /// <summary>The tensors this operation needs.</summary>
    /// <param name="node">Name of its node, the prefix of the keys.</param>
    /// <param name="input">Shape of its first input.</param>
    /// <returns>Specs in PyTorch's order; empty for most operations.</returns>
    public virtual IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) => [];

    /// <summary>Multiplications with addition for one image.</summary>
    /// <param name="input">Shape of its first input.</param>
    /// <param name="output">Shape of its result.</param>
    /// <returns>A count; 0 for what is cheap beside convolutions.</returns>
    public virtual long MultiplyAdds(FeatureShape input, FeatureShape output) => 0;

    /// <summary>The operation's name in tables and messages.</summary>
    public virtual string Kind => GetType().Name;

    /// <summary>The only input, which must be a map.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ShapeException">There is not exactly one input, or it is a vector.</exception>
    protected FeatureShape SingleMap(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = Single(inputs);
        return input.IsMap
            ? input
            : throw new ShapeException(
                $"{Kind} expects a map [C, H, W], found {input}. Put it before the flatten or global average pool."
            );
    }

    /// <summary>The only input.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>Its shape.</returns>
    /// <exception cref="ShapeException">There is not exactly one input.</exception>
    protected FeatureShape Single(IReadOnlyList<FeatureShape> inputs) =>
        inputs.Count == 1 ? inputs[0] : throw new ShapeException($"{Kind} expects 1 input, found {inputs.Count}.");

    /// <summary>Refuses a window that does not fit into its map.</summary>
    /// <param name="window">The window.</param>
    /// <param name="input">The map it slides over.</param>
    /// <param name="output">What it gives.</param>
    /// <returns><paramref name="output"/>.</returns>
    /// <exception cref="ShapeException">The result would be empty.</exception>
    protected FeatureShape RequireNotEmpty(Window window, FeatureShape input, FeatureShape output) =>
        output.Height > 0 && output.Width > 0
            ? output
            : throw new ShapeException(
                $"{Kind} with kernel {window.Kernel} does not fit into a map {input}. "
                    + "Use larger images or cut the backbone earlier."
            );
}
