using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights.Keras;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Matching;

/// <summary>
/// Where in a file a parameter is: its name there, and the order of the file's axes; <c>null</c> when they are the
/// graph's.
/// </summary>
internal sealed record TensorPlace(string Name, int[]? Axes);

/// <summary>The names of a file's layout for every parameter of a network.</summary>
internal static class NameMap
{
    /// <summary>Makes the map.</summary>
    /// <param name="graph">The whole backbone or network. Borrowed.</param>
    /// <param name="imported">What the file holds. Borrowed.</param>
    /// <returns>A place for each key; none for what the layout cannot name.</returns>
    /// <exception cref="WeightsException">
    /// The file numbers its layers and the network's do not stand in one line.
    /// </exception>
    internal static IReadOnlyDictionary<string, TensorPlace> Create(NetworkGraph graph, ImportedWeights imported) =>
        imported.Layout switch
        {
            WeightsLayout.Keras => Keras(graph, imported, ByBlock(graph)),
            WeightsLayout.KerasNumbered => Numbered(graph, imported),
            _ => graph.Parameters.ToDictionary(
                spec => spec.Key,
                spec => new TensorPlace(spec.Key, null),
                StringComparer.Ordinal
            ),
        };

    private static Dictionary<string, TensorPlace> Keras(
        NetworkGraph graph,
        ImportedWeights imported,
        Dictionary<string, string> aliases
    )
    {
        var layers = imported.Tensors.Names.Select(name => name.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        var places = new Dictionary<string, TensorPlace>(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            bool hasAlias = aliases.TryGetValue(node.Name, out string? alias) && !layers.Contains(node.Name);
            hasAlias &= alias is not null && (layers.Contains(alias) || node.Operation is Linear);
            string layer = hasAlias && alias is not null ? alias : node.Name;
            foreach (ParameterSpec spec in node.Parameters)
            {
                places[spec.Key] = new TensorPlace(
                    $"{layer}/{KerasLayout.NameOf(node, spec)}",
                    KerasLayout.Axes(node, spec)
                );
            }
        }

        return places;
    }

    /// <summary>
    /// VGG's layers have torchvision's names in the catalog; Keras names them by block, <c>block1_conv1</c>, and its
    /// classifier <c>fc1</c>, <c>fc2</c>, <c>predictions</c>.
    /// </summary>
    private static Dictionary<string, string> ByBlock(NetworkGraph graph)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes.Where(node => node.Operation is Conv2d))
        {
            int number = counts[node.Block] = counts.GetValueOrDefault(node.Block) + 1;
            names[node.Name] = $"{node.Block}_conv{number}";
        }

        Node[] dense = [.. graph.Nodes.Where(node => node.Operation is Linear)];
        Node[] classifier = [.. dense.Where(node => node.Name.StartsWith("classifier.", StringComparison.Ordinal))];
        for (int index = 0; index < classifier.Length; index++)
        {
            names[classifier[index].Name] = index == classifier.Length - 1 ? "predictions" : $"fc{index + 1}";
        }

        return names;
    }

    /// <summary>Keras 3 counts layers by class in the order of the model, and their tensors from 0.</summary>
    private static Dictionary<string, TensorPlace> Numbered(NetworkGraph graph, ImportedWeights imported)
    {
        Node[] weighted = [.. graph.Nodes.Where(node => node.Parameters.Count > 0)];
        RequireLine(graph, weighted, imported.Source);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var places = new Dictionary<string, TensorPlace>(StringComparer.Ordinal);
        foreach (Node node in weighted)
        {
            string kind = node.Operation switch
            {
                BatchNorm2d => "batch_normalization",
                Linear => "dense",
                _ => KerasLayout.IsDepthwise(node) ? "depthwise_conv2d" : "conv2d",
            };
            int number = counts[kind] = counts.GetValueOrDefault(kind, -1) + 1;
            string layer = number == 0 ? kind : $"{kind}_{number}";
            // gamma, beta, mean, variance
            bool fileHasScale = node.Operation is BatchNorm2d && imported.Tensors.TryGet($"{layer}/3", out _);
            bool nodeHasScale =
                node.Operation is BatchNorm2d && node.Parameters.Any(spec => spec.Role == ParameterRole.Scale);
            int position = (fileHasScale ? 1 : 0) - (nodeHasScale ? 1 : 0);
            foreach (ParameterSpec spec in node.Parameters)
            {
                places[spec.Key] = new TensorPlace(
                    position < 0 ? $"{layer}/gamma" : $"{layer}/{position}",
                    KerasLayout.Axes(node, spec)
                );
                position++;
            }
        }

        return places;
    }

    /// <summary>
    /// Numbers say which layer is meant only where one layer follows the other; with branches two programs may count
    /// differently, and shapes would not tell.
    /// </summary>
    private static void RequireLine(NetworkGraph graph, Node[] weighted, string source)
    {
        for (int index = 1; index < weighted.Length; index++)
        {
            if (!graph.CutAt(weighted[index].Name).Nodes.Any(node => node.Name == weighted[index - 1].Name))
            {
                throw WeightsFault.Unsupported(
                    source,
                    $"it numbers its layers, and network '{graph.Name}' has branches ('{weighted[index].Name}' does "
                        + $"not follow '{weighted[index - 1].Name}'), so the numbers do not say which layer is meant",
                    "Save the weights with names: model.save_weights('weights.h5') of Keras 2, or as safetensors."
                );
            }
        }
    }
}
