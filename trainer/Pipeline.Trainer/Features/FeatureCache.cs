using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Trainer.Features;

/// <summary>Bottleneck features on disk, named by everything they depend on: data, preprocessing, network, weights and node. A second run reads them back.</summary>
/// <param name="folder">Folder of the files; made when needed.</param>
public sealed class FeatureCache(string folder)
{
    /// <summary>Names features by what they depend on.</summary>
    /// <param name="dataHash">Hash of the split manifest.</param>
    /// <param name="preprocessing">From file bytes to the network's input.</param>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="weights">Its weights. Borrowed.</param>
    /// <param name="node">Node whose results they are.</param>
    /// <returns>Hex SHA-256.</returns>
    public static string Key(string dataHash, Preprocessing preprocessing, NetworkGraph graph, WeightSet weights, string node)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in new[] { dataHash, preprocessing.ToJson(), graph.Name, graph.Input.ToString(), node })
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        }

        foreach (ParameterSpec spec in graph.CutAt(node).Parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(spec.Key + "\n"));
            hash.AppendData(weights[spec.Key].Bytes.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads features back.</summary>
    /// <param name="key">Their name.</param>
    /// <param name="node">Node whose results they are.</param>
    /// <returns>The features; <c>null</c> when they are not there, or the file is damaged and so will be made again.</returns>
    public BottleneckFeatures? Find(string key, string node)
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            WeightSet tensors = SafetensorsFile.Read(path).Tensors;
            return new BottleneckFeatures(node, Table(tensors, "train"), Table(tensors, "validation"));
        }
        catch (WeightsException)
        {
            return null;
        }
    }

    /// <summary>Stores features.</summary>
    /// <param name="key">Their name.</param>
    /// <param name="features">The features. Borrowed.</param>
    public void Store(string key, BottleneckFeatures features)
    {
        var tensors = new WeightSet([.. Tensors("train", features.Train), .. Tensors("validation", features.Validation)]);
        AtomicFile.Write(PathOf(key), new SafetensorsFile(tensors, new Dictionary<string, string> { ["node"] = features.Node }).Write);
    }

    private string PathOf(string key) => Path.Combine(folder, $"{key}.safetensors");

    private static TensorData[] Tensors(string part, FeatureTable table) =>
    [
        TensorData.FromFloat32($"{part}.features", [table.Count, table.FeatureCount], table.Values.Span),
        TensorData.FromInt64($"{part}.labels", [table.Count], table.ClassIndexes),
    ];

    private static FeatureTable Table(WeightSet tensors, string part)
    {
        TensorData features = tensors[$"{part}.features"];
        return new FeatureTable(MemoryMarshal.Cast<byte, float>(features.Bytes.Span).ToArray(), (int)features.Shape[1], tensors[$"{part}.labels"].AsInt64().ToArray());
    }
}
