using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>Drops dropout and stochastic depth, which do nothing outside training.</summary>
internal static class RemoveDropout
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model) =>
        model
            .Graph.Nodes.Where(node => node.Operation is Dropout or StochasticDepth)
            .Aggregate(model, (rest, node) => rest.Bypass(node.Name));
}
