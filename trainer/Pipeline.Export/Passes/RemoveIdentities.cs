using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Drops layers that give back what they get: the flatten of a vector (as in <c>[global_average_pool, flatten,
/// ...]</c>), a pool whose window is one pixel that it does not skip, a concatenation of one map, and ReLU behind ReLU
/// or ReLU6.
/// </summary>
internal static class RemoveIdentities
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        foreach (Node node in model.Graph.Nodes)
        {
            if (IsIdentity(model.Graph[node.Name], model.Graph))
            {
                model = model.Bypass(node.Name);
            }
        }

        return model;
    }

    private static bool IsIdentity(Node node, NetworkGraph graph) =>
        node.Operation switch
        {
            Flatten => !node.InputShape.IsMap,
            MaxPool2d pool => IsOnePixel(pool.Window),
            AvgPool2d pool => IsOnePixel(pool.Window),
            Concat => node.Inputs.Length == 1,
            Activation { Function: ActivationKind.Relu } => node.Inputs[0] != NetworkGraph.InputName
                && graph[node.Inputs[0]].Operation
                    is Activation { Function: ActivationKind.Relu or ActivationKind.Relu6 },
            _ => false,
        };

    private static bool IsOnePixel(Window window) =>
        window.Kernel == 1 && window.Stride == 1 && window.Padding == Padding.None;
}
