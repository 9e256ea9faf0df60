using System.Collections.Immutable;
using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>Builds a graph node by node, inferring shapes on the way.</summary>
internal sealed class GraphBuilder
{
    private readonly string name;
    private readonly FeatureShape input;
    private readonly List<Node> nodes = [];
    private readonly Dictionary<string, FeatureShape> shapes = new(StringComparer.Ordinal);
    private string block = string.Empty;

    /// <summary>Starts an empty network.</summary>
    /// <param name="name">Name in the catalog.</param>
    /// <param name="input">Shape of one normalised image.</param>
    public GraphBuilder(string name, FeatureShape input)
    {
        this.name = name;
        this.input = input;
        shapes[NetworkGraph.InputName] = input;
        Last = NetworkGraph.InputName;
    }

    /// <summary>Goes on from a finished graph.</summary>
    /// <param name="graph">Its nodes are kept. Borrowed.</param>
    public GraphBuilder(NetworkGraph graph)
        : this(graph.Name, graph.Input)
    {
        foreach (Node node in graph.Nodes)
        {
            nodes.Add(node);
            shapes[node.Name] = node.OutputShape;
        }

        Last = graph.Output.Name;
    }

    /// <summary>Name of the node added last; the default input of the next.</summary>
    public string Last { get; private set; }

    /// <summary>Shape of the result of <see cref="Last"/>.</summary>
    public FeatureShape LastShape => shapes[Last];

    /// <summary>Names the block that the following nodes belong to.</summary>
    /// <param name="blockName">Name for summaries and freezing.</param>
    /// <returns>This builder.</returns>
    public GraphBuilder Block(string blockName)
    {
        block = blockName;
        return this;
    }

    /// <summary>Adds a node.</summary>
    /// <param name="nodeName">Unique name.</param>
    /// <param name="operation">What it computes.</param>
    /// <param name="from">Names of its inputs; none means <see cref="Last"/>.</param>
    /// <returns>The new node's name.</returns>
    /// <exception cref="ShapeException">
    /// The shapes do not fit, or an input is unknown; the message names the node.
    /// </exception>
    public string Add(string nodeName, Operation operation, params ReadOnlySpan<string> from)
    {
        ImmutableArray<string> inputs = from.Length == 0 ? [Last] : [.. from];
        var inputShapes = new List<FeatureShape>(inputs.Length);
        foreach (string source in inputs)
        {
            inputShapes.Add(
                shapes.TryGetValue(source, out FeatureShape shape)
                    ? shape
                    : throw new ShapeException(
                        $"Network '{name}': node '{nodeName}' reads '{source}', which is not an earlier node."
                    )
            );
        }

        FeatureShape output;
        try
        {
            output = operation.Infer(inputShapes);
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"Network '{name}', input {input}: node '{nodeName}': {error.Message}", error)
            {
                Subject = nodeName,
            };
        }

        nodes.Add(new Node(nodeName, operation, inputs, block, inputShapes[0], output));
        shapes[nodeName] = output;
        Last = nodeName;
        return nodeName;
    }

    /// <summary>Finishes the network; the node added last is its output.</summary>
    /// <returns>The graph.</returns>
    /// <exception cref="ShapeException">No node was added, or a name was used twice.</exception>
    public NetworkGraph Build() => new(name, input, [.. nodes]);
}
