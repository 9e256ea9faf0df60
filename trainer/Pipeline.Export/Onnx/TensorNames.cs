using Google.Protobuf.Collections;
using Onnx;
using Pipeline.Core.Errors;

namespace Pipeline.Export.Onnx;

/// <summary>Renames tensors of a graph.</summary>
internal static class TensorNames
{
    /// <summary>
    /// Renames in nodes, in the bodies of conditions and loops, and in the list of known shapes; declarations of inputs
    /// and outputs are the caller's.
    /// </summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="names">New name by old one.</param>
    /// <param name="reserved">Names that must be free, or be renamed away.</param>
    /// <param name="source">File name for the message.</param>
    /// <exception cref="ModelContractException">A reserved name belongs to another tensor.</exception>
    internal static void Rename(
        GraphProto graph,
        IReadOnlyDictionary<string, string> names,
        IEnumerable<string> reserved,
        string source
    )
    {
        var taken = graph
            .Node.SelectMany(node => node.Output)
            .Concat(graph.Initializer.Select(tensor => tensor.Name))
            .Concat(graph.Input.Select(value => value.Name))
            .ToHashSet(StringComparer.Ordinal);
        foreach (string name in reserved.Where(name => taken.Contains(name) && !names.ContainsKey(name)))
        {
            throw new ModelContractException(
                $"'{source}' cannot get a contract: its tensor '{name}' is another one than the contract means by "
                    + "that name. Rename it."
            )
            {
                Subject = source,
                Found = name,
            };
        }

        Replace(graph, names);
    }

    private static void Replace(GraphProto graph, IReadOnlyDictionary<string, string> names)
    {
        foreach (NodeProto node in graph.Node)
        {
            Replace(node.Input, names);
            Replace(node.Output, names);
            foreach (AttributeProto attribute in node.Attribute.Where(attribute => attribute.G is not null))
            {
                Replace(attribute.G, names);
            }
        }

        foreach (ValueInfoProto value in graph.ValueInfo.Where(value => names.ContainsKey(value.Name)).ToArray())
        {
            value.Name = names[value.Name];
        }
    }

    private static void Replace(RepeatedField<string> list, IReadOnlyDictionary<string, string> names)
    {
        for (int index = 0; index < list.Count; index++)
        {
            list[index] = names.GetValueOrDefault(list[index], list[index]);
        }
    }
}
