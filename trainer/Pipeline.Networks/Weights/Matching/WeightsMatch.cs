using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights.Keras;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Topology;

namespace Pipeline.Networks.Weights.Matching;

/// <summary>
/// Holds a file against a network. Either all of the backbone fits and nothing is left over, or one error lists
/// everything: missing, unexpected, of another shape, not finite. Only a replaced head is dropped, layers behind the
/// cut, which the file may well have, and a module that only upstream's training uses
/// (<see cref="NetworkCatalog.IsForTrainingOnly"/>).
/// </summary>
internal static class WeightsMatch
{
    /// <summary>Picks and converts what a network needs.</summary>
    /// <param name="graph">The network, backbone and head, or a backbone alone. Borrowed.</param>
    /// <param name="imported">What the file holds. Borrowed.</param>
    /// <param name="use">What becomes of a classifier in the file.</param>
    /// <returns>The fitting tensors.</returns>
    /// <exception cref="WeightsException">
    /// Something does not fit; the message lists all of it with the nearest names.
    /// </exception>
    public static MatchedWeights Match(NetworkGraph graph, ImportedWeights imported, HeadUse use)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(imported);
        NetworkGraph whole = NetworkCatalog.Names.Contains(graph.Name)
            ? NetworkCatalog.Create(graph.Name, new ImageSize(graph.Input.Width, graph.Input.Height))
            : graph;
        imported = OnnxPlaces.AreNeeded(imported, graph) ? OnnxPlaces.Rename(imported, graph, whole) : imported;
        var faults = new MatchFaults(graph.Name, imported);
        bool countsAll = imported.Layout == WeightsLayout.KerasNumbered && use != HeadUse.Keep; // behind a cut, too
        IReadOnlyDictionary<string, TensorPlace> places = NameMap.Create(countsAll ? whole : graph, imported);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<TensorData>();
        foreach (Node node in graph.Nodes.Where(node => !HeadBuilder.IsHead(node)))
        {
            Take(graph, node, places, imported, used, tensors, faults);
        }

        // Keras's names do not tell a new head from another one
        bool namesHead = use == HeadUse.Keep || (use != HeadUse.Replace && imported.Layout == WeightsLayout.Torch);
        Node[] head = namesHead ? [.. graph.Nodes.Where(HeadBuilder.IsHead)] : [];
        bool replaceHead = use is HeadUse.Replace or HeadUse.IfItFits;
        bool hasHead = use == HeadUse.Keep || HasHead(head, imported, all: use == HeadUse.IfItFits);
        foreach (Node node in hasHead ? head : [])
        {
            Take(graph, node, places, imported, used, tensors, faults);
        }

        used.UnionWith(NameMap.Create(whole, imported).Values.Select(place => place.Name)); // behind the cut
        List<string> dropped = [];
        int ignored = 0;
        foreach (
            TensorData tensor in imported.Tensors.Where(tensor =>
                !used.Contains(tensor.Name) && !tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
            )
        )
        {
            if (NetworkCatalog.IsForTrainingOnly(graph.Name, tensor.Name))
            {
                ignored++;
            }
            else if (replaceHead && ClassifierNames.Contains(tensor.Name))
            {
                dropped.Add(tensor.Name);
            }
            else
            {
                faults.Unexpected(tensor);
            }
        }

        faults.ThrowIfAny(use);
        return new MatchedWeights(new WeightSet(tensors), [.. imported.Notes, .. Notes(dropped, ignored)])
        {
            HasHead = hasHead,
        };
    }

    private static IEnumerable<string> Notes(List<string> dropped, int ignored)
    {
        if (dropped.Count > 0)
        {
            yield return $"The file's own classifier is left out: {string.Join(", ", dropped)}.";
        }

        if (ignored > 0)
        {
            yield return $"{ignored} tensors of the file are ignored: only the training of the original network used "
                + "them.";
        }
    }

    /// <summary>Whether the file has any tensor of the head by name, or all of them with their shapes.</summary>
    private static bool HasHead(Node[] head, ImportedWeights imported, bool all)
    {
        ParameterSpec[] specs = [.. head.SelectMany(node => node.Parameters)];
        return all
            ? specs.Length > 0
                && specs.All(spec =>
                    imported.Tensors.TryGet(spec.Key, out TensorData? tensor) && tensor.Shape.SequenceEqual(spec.Shape)
                )
            : specs.Any(spec => imported.Tensors.TryGet(spec.Key, out _));
    }

    private static void Take(
        NetworkGraph graph,
        Node node,
        IReadOnlyDictionary<string, TensorPlace> places,
        ImportedWeights imported,
        HashSet<string> used,
        List<TensorData> tensors,
        MatchFaults faults
    )
    {
        foreach (ParameterSpec spec in node.Parameters)
        {
            TensorPlace place = places.GetValueOrDefault(spec.Key) ?? new TensorPlace(spec.Key, null);
            if (!imported.Tensors.TryGet(place.Name, out TensorData? tensor))
            {
                if (
                    spec.Role == ParameterRole.Scale
                    && node.Operation is BatchNorm2d
                    && imported.Layout != WeightsLayout.Torch
                    && !HasScales(imported)
                )
                {
                    tensors.Add(
                        TensorData.FromFloat32(
                            spec.Key,
                            spec.Shape,
                            Enumerable.Repeat(1f, checked((int)spec.Count)).ToArray()
                        )
                    ); // Keras's batch-norm with scale off has no gamma
                }
                else
                {
                    faults.Missing(spec, place.Name, HeadBuilder.IsHead(node));
                }

                continue;
            }

            used.Add(place.Name);
            if (!Fits(tensor, spec, place))
            {
                faults.OtherShape(spec, tensor, place.Axes, HeadBuilder.IsHead(node));
                continue;
            }

            TensorData floats = tensor.ToFloat32();
            if (floats.AsFloat32().ContainsAnyNotFinite())
            {
                faults.NotFinite(tensor);
            }

            tensors.Add(Arranged(graph, node, floats, place).Named(spec.Key));
        }
    }

    /// <summary>
    /// Whether a Keras file gives a gamma to any batch-norm: then one without is a hole, not a setting.
    /// </summary>
    private static bool HasScales(ImportedWeights imported) =>
        imported.Tensors.Names.Any(name => name.EndsWith("/gamma", StringComparison.Ordinal));

    /// <summary>
    /// The file's axes in the graph's order. Keras flattens a map by row, column and channel, PyTorch by channel, row
    /// and column: a dense layer behind it is reordered as well.
    /// </summary>
    private static TensorData Arranged(NetworkGraph graph, Node node, TensorData tensor, TensorPlace place) =>
        place.Axes is null ? tensor
        : tensor.Shape.Count == 2 && FlattenedMap(graph, node) is { } map ? KerasLayout.FromFlattened(tensor, map)
        : KerasLayout.Permute(tensor, place.Axes);

    /// <summary>
    /// The map that a dense layer reads flattened, past what changes no positions; <c>null</c> when there is none.
    /// </summary>
    private static FeatureShape? FlattenedMap(NetworkGraph graph, Node node)
    {
        Node? source = node;
        do
        {
            source = graph.Nodes.FirstOrDefault(other => other.Name == source.Inputs[0]);
        } while (source is { Operation: Dropout or Activation });

        return source is { Operation: Flatten } flatten ? flatten.InputShape : null;
    }

    private static bool Fits(TensorData tensor, ParameterSpec spec, TensorPlace place) =>
        tensor.ElementType.IsFloat()
        && (
            place.Axes is null
                ? tensor.Shape.SequenceEqual(spec.Shape)
                : tensor.Shape.Count == place.Axes.Length
                    && place.Axes.Select(axis => tensor.Shape[axis]).SequenceEqual(spec.Shape)
        );
}
