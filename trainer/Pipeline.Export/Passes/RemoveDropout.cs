using System.Collections.Immutable;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>Drops dropout and stochastic depth, which do nothing outside training.</summary>
internal static class RemoveDropout
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        ImmutableArray<Node> nodes = model.Graph.Nodes;
        foreach (Node node in model.Graph.Nodes.Where(node => node.Operation is Dropout or StochasticDepth))
        {
            nodes = NetworkModel.Bypass(nodes, nodes.Single(candidate => candidate.Name == node.Name));
        }

        return model with { Graph = new NetworkGraph(model.Graph.Name, model.Graph.Input, nodes) };
    }
}
