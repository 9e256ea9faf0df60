using Microsoft.ML.OnnxRuntime;

namespace Pipeline.Inference.Sessions;

/// <summary>Name, type and shape of an input or output of the graph, as a person reads it.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="ElementType">Such as <c>uint8</c> or <c>float32</c>.</param>
/// <param name="Shape">Such as <c>[N, 96, 96, 3]</c>; a dynamic axis shows its name.</param>
public sealed record TensorSignature(string Name, string ElementType, string Shape)
{
    /// <summary>Describes an ONNX Runtime input or output.</summary>
    /// <param name="name">Name in the graph.</param>
    /// <param name="node">Its metadata. Borrowed.</param>
    /// <returns>The signature.</returns>
    internal static TensorSignature From(string name, NodeMetadata node)
    {
        if (!node.IsTensor)
        {
            return new TensorSignature(name, node.OnnxValueType.ToString(), string.Empty);
        }

        IEnumerable<string> sizes = node.Dimensions.Zip(
            node.SymbolicDimensions,
            static (size, symbol) =>
                size >= 0 ? size.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : symbol is { Length: > 0 } ? symbol
                : "?"
        );
        return new TensorSignature(name, TypeName(node.ElementDataType), $"[{string.Join(", ", sizes)}]");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ElementType} {Shape}";

    private static string TypeName(Microsoft.ML.OnnxRuntime.Tensors.TensorElementType type) =>
        type switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => "float32",
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => "float64",
            _ => type.ToString().ToLowerInvariant(),
        };
}
