using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Execution;

/// <summary>The learning rate of each node as a factor of the phase's.</summary>
internal static class LearningRateFactors
{
    /// <summary>Computes the factors.</summary>
    /// <param name="graph">Backbone and head. Borrowed.</param>
    /// <param name="rates">What the recipe says.</param>
    /// <returns>A factor for every node by its name.</returns>
    /// <exception cref="RecipeException">A name fits no node.</exception>
    internal static IReadOnlyDictionary<string, double> Compute(NetworkGraph graph, BlockRates rates)
    {
        foreach (KeyValuePair<string, double> named in rates.Factors)
        {
            LayerNames.Require(graph, named.Key, "block_rates");
        }

        string[] blocks =
        [
            .. graph
                .Nodes.Where(node => !HeadBuilder.IsHead(node) && node.Parameters.Count > 0)
                .Select(node => node.Block)
                .Distinct(),
        ];
        return graph.Nodes.ToDictionary(node => node.Name, node => Factor(node, rates, blocks), StringComparer.Ordinal);
    }

    private static double Factor(Node node, BlockRates rates, string[] blocks)
    {
        int index = Array.IndexOf(blocks, node.Block);
        double decay = index < 0 ? 1 : Math.Pow(rates.Decay, blocks.Length - index);
        foreach (KeyValuePair<string, double> named in rates.Factors)
        {
            if (LayerNames.Fits(node, named.Key))
            {
                return decay * named.Value;
            }
        }

        return decay;
    }
}
