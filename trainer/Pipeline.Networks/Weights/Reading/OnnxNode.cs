using Onnx;

namespace Pipeline.Networks.Weights.Reading;

/// <summary>One node of an ONNX graph, as far as importers read it.</summary>
/// <param name="Name">Name for messages: the node's own, or its first output's.</param>
/// <param name="Operator">Operator, with its domain in front when that is not ONNX's own.</param>
/// <param name="Inputs">Names of values; empty for one that is left out.</param>
/// <param name="Outputs">Names of values.</param>
/// <param name="Attributes">By name.</param>
internal sealed record OnnxNode(
    string Name,
    string Operator,
    string[] Inputs,
    string[] Outputs,
    IReadOnlyDictionary<string, AttributeProto> Attributes
)
{
    internal long Integer(string name, long otherwise) =>
        Attributes.TryGetValue(name, out AttributeProto? found) ? found.I : otherwise;

    internal float Float(string name, float otherwise) =>
        Attributes.TryGetValue(name, out AttributeProto? found) ? found.F : otherwise;

    internal string Text(string name) =>
        Attributes.TryGetValue(name, out AttributeProto? found) ? found.S.ToStringUtf8() : string.Empty;

    /// <summary>A list of numbers; <c>null</c> when there is no such attribute.</summary>
    internal long[]? Integers(string name) =>
        Attributes.TryGetValue(name, out AttributeProto? found) ? [.. found.Ints] : null;
}
