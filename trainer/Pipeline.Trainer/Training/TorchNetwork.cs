using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Recipes;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>Runs a network graph in libtorch. Owns the graph's parameters as tensors; one thread at a time.</summary>
public sealed class TorchNetwork : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);

    /// <summary>Copies weights into tensors on a device.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="weights">One tensor per parameter. Borrowed for the call.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CheckpointException">The weights do not fit the network.</exception>
    public TorchNetwork(NetworkGraph graph, WeightSet weights, Device device)
    {
        Checkpoint.Check(graph, weights, graph.Name);
        Graph = graph;
        Device = device;
        using IDisposable noGrad = no_grad();
        foreach (ParameterSpec spec in graph.Parameters)
        {
            using Tensor values = tensor(weights[spec.Key].AsFloat32().ToArray(), spec.Shape);
            Tensor placed = values.to(device);
            parameters.Add(spec.Key, new Parameter(placed.DetachFromDisposeScope(), requires_grad: false));
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
    /// <param name="after">Node whose result <paramref name="input"/> is; <see cref="NetworkGraph.InputName"/> for normalised images, <c>float32 [N, 3, H, W]</c>.</param>
    /// <param name="until">Node whose result is wanted; <c>null</c> means the network's output, <c>float32 [N, K]</c>.</param>
    /// <returns>The result. Owned by the caller or its dispose scope.</returns>
    /// <exception cref="ShapeException">A node is unknown, or one after <paramref name="after"/> needs something before it.</exception>
    public Tensor Forward(Tensor input, ForwardMode mode, string after = NetworkGraph.InputName, string? until = null)
    {
        if (mode.Precision != PrecisionMode.Bf16)
        {
            return ForwardPart(input, mode, after, until);
        }

        // Pixel after pixel is how 16-bit convolutions want maps; the results go on in that order by themselves
        using var autocast = new Autocast(Device.type);
        using Tensor images = input.dim() == 4 ? MemoryFormats.ToChannelsLast(input) : input.alias();
        using Tensor result = ForwardPart(images, mode, after, until);
        return result.to(float32);
    }

    /// <summary>Copies the present weights out.</summary>
    /// <param name="nodes">Names of the nodes whose tensors are wanted; <c>null</c> means all.</param>
    /// <returns>Parameters and buffers, float32, in managed memory.</returns>
    public WeightSet ToWeights(IReadOnlySet<string>? nodes = null) => new(Specs(nodes).Select(spec =>
    {
        using Tensor detached = parameters[spec.Key].detach();
        using Tensor host = detached.cpu();
        return TensorData.FromFloat32(spec.Key, spec.Shape, host.data<float>().ToArray());
    }));

    /// <summary>Overwrites weights.</summary>
    /// <param name="weights">Any of the network's tensors; the others stay. Borrowed for the call.</param>
    /// <exception cref="CheckpointException">A tensor has another shape, or holds values that are not finite.</exception>
    public void Load(WeightSet weights)
    {
        using IDisposable noGrad = no_grad();
        foreach (TensorData tensorData in weights)
        {
            if (!parameters.TryGetValue(tensorData.Name, out Parameter? parameter) || !parameter.shape.SequenceEqual(tensorData.Shape))
            {
                throw new CheckpointException($"Tensor '{tensorData.Name}' {tensorData.ShapeText} does not belong to network '{Graph.Name}'. Use a checkpoint of this network.") { Subject = tensorData.Name };
            }

            using Tensor values = tensor(tensorData.AsFloat32().ToArray(), [.. tensorData.Shape]);
            using Tensor written = parameter.copy_(values);   // a second handle to the parameter
        }
    }

    private IEnumerable<ParameterSpec> Specs(IReadOnlySet<string>? nodes) => Graph.Nodes.Where(node => nodes is null || nodes.Contains(node.Name)).SelectMany(node => node.Parameters);

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
        Node[] nodes = Part(after, until ?? Graph.Output.Name);
        var readers = nodes.SelectMany(node => node.Inputs).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        var results = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [after] = input };
        foreach (Node node in nodes)
        {
            results[node.Name] = Run(node, results, mode);
            foreach (string source in node.Inputs)
            {
                // Gone as soon as nobody reads it: autograd keeps what backward needs by itself
                if (--readers[source] == 0 && source != after && !ReferenceEquals(results[source], results[node.Name]))
                {
                    results[source].Dispose();
                }
            }
        }

        return nodes.Length == 0 ? input.alias() : results[nodes[^1].Name];
    }

    /// <summary>The nodes that lie between two results.</summary>
    private Node[] Part(string after, string until)
    {
        if (after == until)
        {
            return [];
        }

        var needed = new HashSet<string>(StringComparer.Ordinal) { Graph[until].Name };
        var part = new List<Node>();
        foreach (Node node in Graph.Nodes.Reverse().Where(node => node.Name != after))
        {
            if (needed.Contains(node.Name))
            {
                part.Add(node);
                needed.UnionWith(node.Inputs);
                needed.Remove(after);
                if (node.Inputs.Contains(NetworkGraph.InputName) && after != NetworkGraph.InputName)
                {
                    throw new ShapeException($"Network '{Graph.Name}': '{until}' cannot be computed from '{after}' alone.");
                }
            }
        }

        part.Reverse();
        return [.. part];
    }

    private Tensor Run(Node node, Dictionary<string, Tensor> results, ForwardMode mode)
    {
        Tensor input = results[node.Inputs[0]];
        return node.Operation switch
        {
            Conv2d convolution => Convolve(node, convolution, input),
            BatchNorm2d norm => Normalize(node, norm, input, mode),
            Networks.Graph.Linear linear => F.linear(input, this[$"{node.Name}.weight"], linear.HasBias ? this[$"{node.Name}.bias"] : null),   // [N, O]
            Standardize => Standardized(node, input),
            Activation { Function: ActivationKind.Relu } => F.relu(input),
            Activation { Function: ActivationKind.Relu6 } => Relu6(input),
            MaxPool2d pool => MaxPool(pool, input),
            AvgPool2d pool => F.avg_pool2d(input, Pair(pool.Window.Kernel), Pair(pool.Window.Stride), Sides(node, pool.Window), count_include_pad: pool.CountPadding),
            GlobalAveragePool => input.mean([2, 3]),   // [N, C]
            Networks.Graph.Flatten => input.flatten(1),   // [N, C H W]
            Networks.Graph.Dropout dropout => mode.Dropout ? F.dropout(input, dropout.Rate, training: true) : input.alias(),
            Add => Sum(node, results),
            Concat => cat([.. node.Inputs.Select(name => results[name])], 1),   // [N, sum of C, H, W]
            _ => throw new ShapeException($"Node '{node.Name}': operation {node.Operation.Kind} has no torch form."),
        };
    }

    private Tensor Convolve(Node node, Conv2d convolution, Tensor input)
    {
        Window window = convolution.Window;
        Parameter? bias = convolution.HasBias ? this[$"{node.Name}.bias"] : null;
        if (window.Padding.IsSymmetric)
        {
            return F.conv2d(input, this[$"{node.Name}.weight"], bias, Pair(window.Stride), [window.Padding.Top, window.Padding.Left], groups: convolution.Groups);
        }

        using Tensor padded = F.pad(input, [window.Padding.Left, window.Padding.Right, window.Padding.Top, window.Padding.Bottom]);
        return F.conv2d(padded, this[$"{node.Name}.weight"], bias, Pair(window.Stride), groups: convolution.Groups);
    }

    /// <summary>torch pads both sides alike and by no more than half the window; the padding of another kind is minus infinity, which never wins.</summary>
    private static Tensor MaxPool(MaxPool2d pool, Tensor input)
    {
        Window window = pool.Window;
        if (window.Padding.IsSymmetric && 2 * window.Padding.Top <= window.Kernel.Height && 2 * window.Padding.Left <= window.Kernel.Width)
        {
            return F.max_pool2d(input, Pair(window.Kernel), Pair(window.Stride), [window.Padding.Top, window.Padding.Left], ceil_mode: pool.Ceiling);
        }

        using Tensor padded = F.pad(input, [window.Padding.Left, window.Padding.Right, window.Padding.Top, window.Padding.Bottom], value: double.NegativeInfinity);
        return F.max_pool2d(padded, Pair(window.Kernel), Pair(window.Stride), ceil_mode: pool.Ceiling);
    }

    private Tensor Normalize(Node node, BatchNorm2d norm, Tensor input, ForwardMode mode)
    {
        bool training = mode.BatchNormNodes?.Contains(node.Name) ?? false;
        return F.batch_norm(
            input,
            this[$"{node.Name}.running_mean"],
            this[$"{node.Name}.running_var"],
            this[$"{node.Name}.weight"],
            this[$"{node.Name}.bias"],
            training,
            training ? mode.BatchNormMomentum ?? norm.Momentum : norm.Momentum,
            norm.Epsilon);
    }

    private Tensor Standardized(Node node, Tensor input)
    {
        using Tensor centred = input - this[$"{node.Name}.mean"];
        return centred / this[$"{node.Name}.std"];   // [N, F]
    }

    /// <summary>As clamp_max of relu: hardtanh has no bf16 backward in libtorch 1.13.</summary>
    private static Tensor Relu6(Tensor input)
    {
        using Tensor positive = F.relu(input);
        return positive.clamp_max(6);
    }

    private static Tensor Sum(Node node, Dictionary<string, Tensor> results)
    {
        Tensor sum = results[node.Inputs[0]] + results[node.Inputs[1]];
        foreach (string name in node.Inputs.Skip(2))
        {
            using Tensor partial = sum;
            sum = partial + results[name];
        }

        return sum;
    }

    private static long[] Pair(Extent extent) => [extent.Height, extent.Width];

    private static long[] Sides(Node node, Window window) => window.Padding.IsSymmetric
        ? [window.Padding.Top, window.Padding.Left]
        : throw new ShapeException($"Node '{node.Name}': pooling with unequal padding {window.Padding} has no torch form.");
}
