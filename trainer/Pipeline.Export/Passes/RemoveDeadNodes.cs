using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Drops nodes that no output depends on, such as an auxiliary classifier that only training needs. A cut backbone has
/// none by itself, and no other pass leaves one: the pass is for graphs that come with a side branch.
/// </summary>
internal static class RemoveDeadNodes
{
    /// <summary>Applies the pass.</summary>
    internal static NetworkModel Apply(NetworkModel model)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { model.Graph.Output.Name };
        if (model.Features is not null)
        {
            needed.Add(model.Features);
        }

        foreach (Node node in model.Graph.Nodes.Reverse().Where(node => needed.Contains(node.Name)))
        {
            needed.UnionWith(node.Inputs);
        }

        return model with
        {
            Graph = new NetworkGraph(
                model.Graph.Name,
                model.Graph.Input,
                [.. model.Graph.Nodes.Where(node => needed.Contains(node.Name))]
            ),
        };
    }
}
