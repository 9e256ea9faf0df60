using System.Collections.Immutable;
using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>
/// The one description of a network: named nodes in an order in which each comes after its inputs, for one input size.
/// Training, import, summary, folding and export all read it; there is no second description anywhere. Immutable.
/// </summary>
public sealed class NetworkGraph
{
    /// <summary>Name by which nodes refer to the normalised input, <c>float32 [N, 3, H, W]</c>.</summary>
    public const string InputName = "input";

    private readonly Dictionary<string, Node> byName;

    /// <summary>Makes a graph; <see cref="GraphBuilder"/> is the usual way.</summary>
    /// <param name="name">Name in the catalog.</param>
    /// <param name="input">Shape of one normalised image.</param>
    /// <param name="nodes">Nodes, each after its inputs; the last one is the output.</param>
    /// <exception cref="ShapeException">
    /// There is no node, a name occurs twice, or an input is not an earlier node.
    /// </exception>
    public NetworkGraph(string name, FeatureShape input, ImmutableArray<Node> nodes)
    {
        Name = name;
        Input = input;
        Nodes = nodes;
        byName = new Dictionary<string, Node>(StringComparer.Ordinal);
        if (nodes.IsDefaultOrEmpty)
        {
            throw new ShapeException($"Network '{name}' has no layer.");
        }

        foreach (Node node in nodes)
        {
            foreach (string source in node.Inputs)
            {
                if (source != InputName && !byName.ContainsKey(source))
                {
                    throw new ShapeException(
                        $"Network '{name}': node '{node.Name}' reads '{source}', which is not an earlier node."
                    );
                }
            }

            if (node.Name == InputName || !byName.TryAdd(node.Name, node))
            {
                throw new ShapeException($"Network '{name}': the node name '{node.Name}' occurs twice.");
            }
        }
    }

    /// <summary>Name in the catalog.</summary>
    public string Name { get; }

    /// <summary>Shape of one normalised image.</summary>
    public FeatureShape Input { get; }

    /// <summary>All nodes, each after its inputs.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The node whose result is the network's.</summary>
    public Node Output => Nodes[^1];

    /// <summary>Every tensor of the network, in node order.</summary>
    public IEnumerable<ParameterSpec> Parameters => Nodes.SelectMany(node => node.Parameters);

    /// <summary>
    /// Number of values in all trainable tensors and buffers together, as Keras counts a model's parameters.
    /// </summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>The block names in order of first appearance.</summary>
    public IReadOnlyList<string> Blocks => [.. Nodes.Select(node => node.Block).Distinct()];

    /// <summary>Looks a node up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The node.</returns>
    /// <exception cref="ShapeException">There is none; the message names the nearest.</exception>
    public Node this[string name] => byName.TryGetValue(name, out Node? node) ? node : throw Unknown(name);

    /// <summary>Shape of what a name refers to.</summary>
    /// <param name="name">A node's name or <see cref="InputName"/>.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ShapeException">There is no such node.</exception>
    public FeatureShape ShapeOf(string name) => name == InputName ? Input : this[name].OutputShape;

    /// <summary>How many nodes read a node's result.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A count; the network's output counts as none.</returns>
    public int ReaderCount(string name) => Nodes.Sum(node => node.Inputs.Count(input => input == name));

    /// <summary>
    /// The part of the network that a node's result depends on, with that node as the output: a backbone that ends at
    /// the cut.
    /// </summary>
    /// <param name="name">The cut: a node, or a block or module, which means its last node.</param>
    /// <returns>A smaller graph with the same name.</returns>
    /// <exception cref="ShapeException">There is no such node or block; the message names the nearest.</exception>
    public NetworkGraph CutAt(string name)
    {
        Node cut =
            byName.GetValueOrDefault(name) ?? Nodes.LastOrDefault(node => node.IsIn(name)) ?? throw Unknown(name);
        var needed = new HashSet<string>(StringComparer.Ordinal) { cut.Name };
        foreach (Node node in Nodes.Reverse())
        {
            if (needed.Contains(node.Name))
            {
                needed.UnionWith(node.Inputs);
            }
        }

        return new NetworkGraph(Name, Input, [.. Nodes.Where(node => needed.Contains(node.Name))]);
    }

    private ShapeException Unknown(string name)
    {
        string[] names = [.. byName.Keys.Union(Blocks)];
        return new ShapeException(
            $"Network '{Name}' has no node '{name}'.{Spelling.DidYouMean(name, names)} Near: "
                + $"{string.Join(", ", Spelling.Nearest(name, names, 3))}. List all with 'pipeline-train summary "
                + $"{Name}'."
        )
        {
            Subject = name,
        };
    }
}
