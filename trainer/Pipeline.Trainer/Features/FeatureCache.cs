using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Trainer.Features;

/// <summary>
/// Bottleneck features on disk, named by everything they depend on: data, preprocessing, network, weights and node. A
/// second run reads them back.
/// </summary>
/// <param name="folder">Folder of the files; made when needed.</param>
internal sealed class FeatureCache(string folder)
{
    /// <summary>Names features by what they depend on.</summary>
    /// <param name="dataHash">Hash of the split manifest.</param>
    /// <param name="preprocessing">From file bytes to the network's input.</param>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="weights">Its weights. Borrowed.</param>
    /// <param name="node">Node whose results they are.</param>
    /// <returns>Hex SHA-256.</returns>
    public static string Key(
        string dataHash,
        Preprocessing preprocessing,
        NetworkGraph graph,
        WeightSet weights,
        string node
    )
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

    /// <summary>Opens stored features, or computes and stores them.</summary>
    /// <param name="key">Their name.</param>
    /// <param name="part">Which images: <c>train</c>, <c>train.horizontal</c>, <c>validation</c>.</param>
    /// <param name="write">Writes the file at a path; called when it is not there, or damaged.</param>
    /// <returns>The table. Owned by the caller.</returns>
    public FeatureTable Open(string key, string part, Action<string> write)
    {
        string path = Path.Combine(folder, $"{key}.{part}.safetensors");
        if (File.Exists(path))
        {
            try
            {
                return FeatureTable.Open(path);
            }
            catch (WeightsException)
            {
                // damaged: written anew below
            }
        }

        write(path);
        return FeatureTable.Open(path);
    }
}
