using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Checkpoints;

/// <summary>
/// A trained network in one safetensors file: weights, what network they belong to, and the model contract. Free of
/// devices and of time stamps.
/// </summary>
/// <param name="Spec">From which the network is built again.</param>
/// <param name="Weights">One tensor per parameter of the network. Borrowed.</param>
/// <param name="Contract">Labels, preprocessing, provenance, metrics.</param>
public sealed record Checkpoint(NetworkSpec Spec, WeightSet Weights, ModelContract Contract)
{
    private const string NetworkKey = "pipeline.network";

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">Path of the file; replaced when it exists.</param>
    public void Save(string path)
    {
        var metadata = Contract.ToMetadata().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        metadata[NetworkKey] = Spec.ToJson();
        AtomicFile.Write(path, new SafetensorsFile(Weights, metadata).Write);
    }

    /// <summary>Reads a file and checks every tensor against its network.</summary>
    /// <param name="path">Path of a checkpoint.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="CheckpointException">
    /// The file is no checkpoint, or its first differing tensor is missing, of another shape, or holds values that are
    /// not finite.
    /// </exception>
    /// <exception cref="WeightsException">The file is missing or damaged.</exception>
    public static Checkpoint Load(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(NetworkKey, out string? network))
        {
            throw new CheckpointException(
                $"File '{path}' is no checkpoint: its metadata has no '{NetworkKey}'. "
                    + "Give a file from a run's checkpoints folder."
            )
            {
                Subject = path,
                Expected = NetworkKey,
            };
        }

        NetworkSpec spec = NetworkSpec.FromJson(network, path);
        Check(spec.Build(), file.Tensors, path);
        return new Checkpoint(spec, file.Tensors, ModelContract.FromMetadata(file.Metadata, path));
    }

    /// <summary>Checks that weights fit a network exactly.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="weights">Its weights. Borrowed.</param>
    /// <param name="source">File name for messages.</param>
    /// <exception cref="CheckpointException">
    /// A tensor is missing, unexpected, of another shape, or has a value that is not finite.
    /// </exception>
    public static void Check(NetworkGraph graph, WeightSet weights, string source)
    {
        int expected = 0;
        foreach (ParameterSpec spec in graph.Parameters)
        {
            expected++;
            string shape = $"[{string.Join(", ", spec.Shape)}]";
            if (!weights.TryGet(spec.Key, out TensorData? tensor))
            {
                throw new CheckpointException(
                    $"Checkpoint '{source}': tensor '{spec.Key}' {shape} of network '{graph.Name}' is missing. "
                        + "Use a checkpoint of this network."
                )
                {
                    Subject = source,
                    Expected = spec.Key,
                };
            }

            if (tensor.ElementType != TensorElementType.Float32 || !tensor.Shape.SequenceEqual(spec.Shape))
            {
                throw new CheckpointException(
                    $"Checkpoint '{source}': tensor '{spec.Key}' is {tensor.ElementType} {tensor.ShapeText}, "
                        + $"network '{graph.Name}' expects Float32 {shape}. Use a checkpoint of this network."
                )
                {
                    Subject = source,
                    Expected = shape,
                    Found = tensor.ShapeText,
                };
            }

            if (tensor.AsFloat32().ContainsAnyNotFinite())
            {
                throw new CheckpointException(
                    $"Checkpoint '{source}': tensor '{spec.Key}' holds NaN or infinity. "
                        + "Train again with a smaller learning rate."
                )
                {
                    Subject = source,
                };
            }
        }

        if (weights.Count != expected)
        {
            var known = graph.Parameters.Select(spec => spec.Key).ToHashSet(StringComparer.Ordinal);
            throw new CheckpointException(
                $"Checkpoint '{source}': tensor '{weights.Names.First(name => !known.Contains(name))}' does not "
                    + $"belong to network '{graph.Name}'. Use a checkpoint of this network."
            )
            {
                Subject = source,
            };
        }
    }
}
