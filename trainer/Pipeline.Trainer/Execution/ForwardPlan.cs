using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Trainer.Execution;

/// <summary>One node of a forward pass: what it reads, and whose memory is free after it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Inputs">Places of its inputs: 0 is what the pass starts from, k the result of the k-th node.</param>
/// <param name="Overwrite">
/// Whether its first input may be overwritten: only this node reads it, and the backward of the node that made it does
/// without it. Less memory to fill.
/// </param>
/// <param name="Released">
/// Places that nobody reads any more: gone at once, since autograd keeps what backward needs by itself.
/// </param>
internal sealed record ForwardStep(Node Node, int[] Inputs, bool Overwrite, int[] Released);

/// <summary>The nodes between two results of a network in the order to run them; made once for each pair.</summary>
internal static class ForwardPlan
{
    /// <summary>Makes a plan.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="after">Node whose result the pass starts from.</param>
    /// <param name="until">Node whose result is wanted.</param>
    /// <returns>The steps; none when both are the same.</returns>
    /// <exception cref="ShapeException">
    /// A node is unknown, or one after <paramref name="after"/> needs something before it.
    /// </exception>
    internal static ForwardStep[] Create(NetworkGraph graph, string after, string until)
    {
        Node[] nodes = Between(graph, after, until);
        Dictionary<string, int> readers = nodes
            .SelectMany(node => node.Inputs)
            .CountBy(name => name)
            .ToDictionary(StringComparer.Ordinal);
        var left = new Dictionary<string, int>(readers, StringComparer.Ordinal);
        var places = new Dictionary<string, int>(StringComparer.Ordinal) { [after] = 0 };
        var steps = new ForwardStep[nodes.Length];
        for (int index = 0; index < nodes.Length; index++)
        {
            Node node = nodes[index];
            places.Add(node.Name, index + 1);
            string first = node.Inputs[0];
            bool overwrite =
                first != after
                && readers[first] == 1
                && graph[first].Operation is BatchNorm2d or Conv2d or Add or Linear;
            steps[index] = new ForwardStep(
                node,
                [.. node.Inputs.Select(name => places[name])],
                overwrite,
                [.. node.Inputs.Where(name => --left[name] == 0 && name != after).Select(name => places[name])]
            );
        }

        return steps;
    }

    private static Node[] Between(NetworkGraph graph, string after, string until)
    {
        if (after == until)
        {
            return [];
        }

        var needed = new HashSet<string>(StringComparer.Ordinal) { graph[until].Name };
        var part = new List<Node>();
        foreach (Node node in graph.Nodes.Reverse().Where(node => node.Name != after))
        {
            if (needed.Contains(node.Name))
            {
                part.Add(node);
                needed.UnionWith(node.Inputs);
                needed.Remove(after);
                if (node.Inputs.Contains(NetworkGraph.InputName) && after != NetworkGraph.InputName)
                {
                    throw new ShapeException(
                        $"Network '{graph.Name}': '{until}' cannot be computed from '{after}' alone."
                    );
                }
            }
        }

        part.Reverse();
        return [.. part];
    }
}
