using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights.Keras;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>Gives the tensors of an ONNX file the network's names, by their places in its graph.</summary>
internal static class OnnxPlaces
{
    private const string ClassifierName = "classifier"; // which a match may leave out

    /// <summary>Whether a file's tensors have other names than the network's layers, all of them.</summary>
    /// <param name="imported">What the file holds. Borrowed.</param>
    /// <param name="graph">The network. Borrowed.</param>
    internal static bool AreNeeded(ImportedWeights imported, NetworkGraph graph)
    {
        ParameterSpec[] specs =
        [
            .. graph.Nodes.Where(node => !HeadBuilder.IsHead(node)).SelectMany(node => node.Parameters),
        ];
        return imported.Graph is not null
            && specs.Length > 0
            && !specs.Any(spec => imported.Tensors.TryGet(spec.Key, out _));
    }

    /// <summary>Renames.</summary>
    /// <param name="imported">What the file holds. Borrowed.</param>
    /// <param name="graph">The network, backbone and head, perhaps cut. All of its backbone must be in the file.
    /// Borrowed.</param>
    /// <param name="whole">The uncut backbone, whose other layers the file may have. Borrowed.</param>
    /// <returns>The same values under the network's names; a classifier of the file's own under names that classifiers
    /// have.</returns>
    /// <exception cref="WeightsException">The file's graph is damaged, or another network.</exception>
    internal static ImportedWeights Rename(ImportedWeights imported, NetworkGraph graph, NetworkGraph whole)
    {
        if (imported.Graph is not OnnxGraph file)
        {
            return imported;
        }

        var faults = new TopologyFaults(imported.Source, graph.Name);
        IReadOnlyList<Step> uncut = NetworkSteps.FromGraph(AtSize(whole, file.Size)).Steps;
        var known = uncut.ToDictionary(step => step.Name, StringComparer.Ordinal);
        Step[] steps =
        [
            .. NetworkSteps.FromGraph(graph).Steps.Select(step => known.GetValueOrDefault(step.Name) ?? step),
        ];
        StepList theirs = new OnnxSteps(file, imported.Source).Read();
        Step[] backbone = [.. steps.Where(step => step.Node is Node node && !HeadBuilder.IsHead(node))];
        var match = new TopologyMatch(uncut.Concat(steps.Except(uncut)), theirs, faults);
        match.Require(backbone);
        match.TryFollow(uncut[^1]);
        if (!match.TryFollow(backbone[^1]))
        {
            throw faults.Ambiguous(backbone[^1]);
        }

        foreach (Step step in steps.Except(backbone))
        {
            match.TryFollow(step);
        }

        var tensors = new List<TensorData>();
        foreach (Step step in uncut.Concat(steps).DistinctBy(step => step.Name))
        {
            if (step.Node is Node node && match.Pairs.TryGetValue(step.Name, out Step? found))
            {
                tensors.AddRange(Tensors(node, step, found, faults));
            }
        }

        int layers = match.Pairs.Values.Count(step => step.Tensors.Count > 0);
        tensors.AddRange(Classifier(theirs, match, faults));
        string note =
            "The file's tensors have other names than the network's; "
            + $"they were taken by their places in the file's graph ({layers} layers).";
        return imported with { Tensors = new WeightSet(tensors), Notes = [.. imported.Notes, note], Graph = null };
    }

    /// <summary>
    /// A network of the catalog for the file's own size: padding may depend on it, the tensors of convolutions do not.
    /// </summary>
    private static NetworkGraph AtSize(NetworkGraph whole, ImageSize? size)
    {
        try
        {
            return size is ImageSize known && NetworkCatalog.Names.Contains(whole.Name)
                ? NetworkCatalog.Create(whole.Name, known)
                : whole;
        }
        catch (ShapeException)
        {
            return whole; // the file is for images that this network does not take: the match will say what differs
        }
    }

    private static IEnumerable<TensorData> Tensors(Node node, Step step, Step found, TopologyFaults faults)
    {
        IReadOnlyDictionary<string, StepTensor> left = found.Tensors;
        foreach (ParameterSpec spec in node.Parameters)
        {
            if (left.TryGetValue(spec.Key[(node.Name.Length + 1)..], out StepTensor? tensor))
            {
                yield return Place(tensor, spec.Key);
            }
        }

        bool isUnscaled = node.Operation is BatchNorm2d { HasScale: false };
        if (
            isUnscaled
            && left.TryGetValue("weight", out StepTensor? scale)
            && scale.Tensor.ToFloat32().AsFloat32().ContainsAnyExcept(1f)
        )
        {
            throw faults.Scaled(step, found);
        }
    }

    /// <summary>
    /// Dense layers behind the backbone; every other layer with weights must have been the network's.
    /// </summary>
    private static IEnumerable<TensorData> Classifier(StepList file, TopologyMatch match, TopologyFaults faults)
    {
        var used = file
            .Steps.Where(match.IsTaken)
            .SelectMany(step => step.Tensors.Values)
            .Select(tensor => tensor.Tensor.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (
            Step step in file.Steps.Where(step => step.Tensors.Values.Any(tensor => !used.Contains(tensor.Tensor.Name)))
        )
        {
            if (!StepText.IsDense(step.Text))
            {
                throw faults.Extra(step);
            }

            foreach (StepTensor tensor in step.Tensors.Values.Where(tensor => used.Add(tensor.Tensor.Name)))
            {
                yield return Place(tensor, $"{ClassifierName}.{tensor.Tensor.Name}");
            }
        }
    }

    private static TensorData Place(StepTensor tensor, string key)
    {
        TensorData floats = tensor.Tensor.ToFloat32();
        var shaped = new TensorData(key, floats.ElementType, tensor.Shape, floats.Bytes);
        return tensor.IsTransposed ? KerasLayout.Permute(shaped, [1, 0]) : shaped;
    }
}
