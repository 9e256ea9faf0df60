using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>A network graph as steps. What changes nothing outside training (dropout) is left out.</summary>
internal static class NetworkSteps
{
    /// <summary>Makes the list.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <returns>A step for each node that computes.</returns>
    internal static StepList FromGraph(NetworkGraph graph)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [NetworkGraph.InputName] = StepList.InputName,
        };
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { [StepList.InputName] = string.Empty };
        var steps = new List<Step>();
        foreach (Node node in graph.Nodes)
        {
            string[] inputs = [.. node.Inputs.Select(input => aliases[input])];
            bool isPassing =
                node.Operation is Dropout or StochasticDepth
                || (node.Operation is Flatten && (!node.InputShape.IsMap || texts[inputs[0]] == StepText.GlobalPool));
            aliases[node.Name] = isPassing ? inputs[0] : node.Name;
            if (!isPassing)
            {
                var step = new Step(node.Name, Text(node), inputs) { Node = node };
                texts[node.Name] = step.Text;
                steps.Add(step);
            }
        }

        return new StepList(steps);
    }

    private static string Text(Node node) =>
        node.Operation switch
        {
            Conv2d conv => StepText.Conv(
                conv.Window,
                node.InputShape.Channels,
                conv.OutChannels,
                conv.Groups,
                conv.HasBias
            ),
            BatchNorm2d norm => StepText.BatchNorm(node.InputShape.Channels, norm.Epsilon),
            Linear linear => StepText.Dense(node.InputShape.Channels, linear.OutFeatures, linear.HasBias),
            Activation activation => activation.Kind,
            MaxPool2d pool => StepText.MaxPool(pool.Window, pool.Ceiling),
            AvgPool2d pool => StepText.AvgPool(pool.Window, pool.CountPadding),
            GlobalAveragePool => StepText.GlobalPool,
            AdaptiveAvgPool2d pool when pool.Size == 1 => StepText.GlobalPool,
            Flatten => StepText.Flatten,
            Add => StepText.Add,
            Multiply => StepText.Multiply,
            Concat => StepText.Concat,
            Operation other => $"{other.Kind} (which is not matched with ONNX operators)",
        };
}
