using System.Runtime.InteropServices;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Trainer.Execution;

/// <summary>Runs a network graph in libtorch. Owns the graph's parameters as tensors; one thread at a time.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<(string After, string Until), ForwardStep[]> plans = [];
    private readonly TorchOperations operations;

    /// <summary>Copies weights into tensors on a device.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="weights">One tensor per parameter. Borrowed for the call.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CheckpointException">The weights do not fit the network.</exception>
    public TorchNetwork(NetworkGraph graph, WeightSet weights, Device device)
        : this(graph, weights, device, float32) { }

    /// <summary>
    /// As the public one, in another number format: a reference in float64 does not depend on the order of sums.
    /// </summary>
    internal TorchNetwork(NetworkGraph graph, WeightSet weights, Device device, ScalarType format)
    {
        Checkpoint.Check(graph, weights, graph.Name);
        Graph = graph;
        Device = device;
        operations = new TorchOperations(key => parameters[key]);
        using IDisposable noGrad = no_grad();
        foreach (ParameterSpec spec in graph.Parameters)
        {
            using Tensor values = tensor(weights[spec.Key].AsFloat32().ToArray(), spec.Shape);
            using Tensor placed = values.to(format, device);
            Tensor laid = MemoryFormats.ForConvolutions(placed);
            parameters.Add(spec.Key, TorchRuntime.NewParameter(laid.DetachFromDisposeScope(), requiresGrad: false));
        }
    }

    /// <summary>The network.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>One tensor of the network.</summary>
    /// <param name="key">State-dict key.</param>
    /// <returns>The tensor. Borrowed; do not dispose.</returns>
    public Parameter this[string key] => parameters[key];

    /// <summary>Marks which nodes an optimizer trains; buffers never are.</summary>
    /// <param name="isTrainable">Whether a node is trained.</param>
    /// <returns>The trained parameters with their specs, in graph order. Borrowed.</returns>
    public IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> SetTrainable(Func<Node, bool> isTrainable)
    {
        var trained = new List<(ParameterSpec, Parameter)>();
        foreach (Node node in Graph.Nodes)
        {
            foreach (ParameterSpec spec in node.Parameters)
            {
                bool trains = spec.IsTrainable && isTrainable(node);
                parameters[spec.Key].requires_grad = trains;
                if (trains)
                {
                    trained.Add((spec, parameters[spec.Key]));
                }
            }
        }

        return trained;
    }

    /// <summary>Runs a part of the network.</summary>
    /// <param name="input">Result of the node named <paramref name="after"/> for N images. Borrowed.</param>
    /// <param name="mode">How dropout and batch-norm behave.</param>
    /// <param name="after">
    /// Node whose result <paramref name="input"/> is; <see cref="NetworkGraph.InputName"/> for normalised images,
    /// <c>float32 [N, 3, H, W]</c>.
    /// </param>
    /// <param name="until">
    /// Node whose result is wanted; <c>null</c> means the network's output, <c>float32 [N, K]</c>.
    /// </param>
    /// <returns>The result. Owned by the caller or its dispose scope.</returns>
    /// <exception cref="ShapeException">
    /// A node is unknown, or one after <paramref name="after"/> needs something before it.
    /// </exception>
    public Tensor Forward(Tensor input, ForwardMode mode, string after = NetworkGraph.InputName, string? until = null)
    {
        using Tensor images = MemoryFormats.ForConvolutions(input); // the results go on in that order by themselves
        if (mode.Precision != PrecisionMode.Bf16)
        {
            return ForwardPart(images, mode, after, until);
        }

        using Tensor result = ForwardPart(images, mode, after, until);
        return result.to(float32);
    }

    /// <summary>Copies the present weights out.</summary>
    /// <param name="nodes">Names of the nodes whose tensors are wanted; <c>null</c> means all.</param>
    /// <returns>Parameters and buffers, float32, in managed memory.</returns>
    public WeightSet ToWeights(IReadOnlySet<string>? nodes = null) =>
        new(
            Specs(nodes)
                .Select(spec =>
                {
                    using Tensor detached = parameters[spec.Key].detach();
                    return TensorData.FromFloat32(spec.Key, spec.Shape, MemoryFormats.ToArray(detached));
                })
        );

    /// <summary>Overwrites weights.</summary>
    /// <param name="weights">Any of the network's tensors; the others stay. Borrowed for the call.</param>
    /// <exception cref="CheckpointException">
    /// A tensor has another shape, or holds values that are not finite.
    /// </exception>
    public void Load(WeightSet weights)
    {
        using IDisposable noGrad = no_grad();
        foreach (TensorData tensorData in weights)
        {
            if (
                !parameters.TryGetValue(tensorData.Name, out Parameter? parameter)
                || !parameter.shape.SequenceEqual(tensorData.Shape)
            )
            {
                throw new CheckpointException(
                    $"Tensor '{tensorData.Name}' {tensorData.ShapeText} does not belong to network '{Graph.Name}'. "
                        + "Use a checkpoint of this network."
                )
                {
                    Subject = tensorData.Name,
                };
            }

            using Tensor values = tensor(tensorData.AsFloat32().ToArray(), [.. tensorData.Shape]);
            parameter.copy_(values);
        }
    }

    private IEnumerable<ParameterSpec> Specs(IReadOnlySet<string>? nodes) =>
        Graph.Nodes.Where(node => nodes is null || nodes.Contains(node.Name)).SelectMany(node => node.Parameters);

    /// <summary>Releases every tensor.</summary>
    public void Dispose()
    {
        foreach (Parameter parameter in parameters.Values)
        {
            parameter.Dispose();
        }
    }

    private Tensor ForwardPart(Tensor input, ForwardMode mode, string after, string? until)
    {
        ForwardStep[] plan = Plan(after, until ?? Graph.Output.Name);
        var results = new Tensor[plan.Length + 1];
        results[0] = input;
        for (int index = 0; index < plan.Length; index++)
        {
            ForwardStep step = plan[index];
            Tensor result = Run(
                step.Node,
                Array.ConvertAll(step.Inputs, place => results[place]),
                mode,
                step.Overwrite
            );
            results[index + 1] = result;
            foreach (int place in step.Released)
            {
                if (!ReferenceEquals(results[place], result))
                {
                    results[place].Dispose();
                }
            }
        }

        return plan.Length == 0 ? input.alias() : results[^1];
    }

    private ForwardStep[] Plan(string after, string until)
    {
        if (!plans.TryGetValue((after, until), out ForwardStep[]? plan))
        {
            plans.Add((after, until), plan = ForwardPlan.Create(Graph, after, until));
        }

        return plan;
    }

    /// <summary>Computes one node; libtorch's errors do not say where they come from.</summary>
    private Tensor Run(Node node, Tensor[] inputs, ForwardMode mode, bool overwrite)
    {
        try
        {
            return operations.Run(node, inputs, mode, overwrite);
        }
        catch (ExternalException error)
        {
            string reason = error.Message.Split('\n')[0].TrimEnd('.', ' ');
            throw new TorchException(
                $"Node '{node.Name}' ({node.Operation.Kind}) of network '{Graph.Name}': {reason}.",
                error
            )
            {
                Subject = node.Name,
            };
        }
    }
}
