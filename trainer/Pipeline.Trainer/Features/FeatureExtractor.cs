using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Features;

/// <summary>Runs images through the part of a network that a phase does not train.</summary>
public static class FeatureExtractor
{
    private const int BatchSize = 50;

    /// <summary>The last node before the head's first layer with parameters or dropout: pooling belongs to the features, which makes them small.</summary>
    /// <param name="graph">Backbone and head. Borrowed.</param>
    /// <returns>Name of the node.</returns>
    public static string FeatureNode(NetworkGraph graph)
    {
        string node = NetworkGraph.InputName;
        foreach (Node next in graph.Nodes)
        {
            if (HeadBuilder.IsHead(next) && (next.Parameters.Count > 0 || next.Operation is Dropout))
            {
                break;
            }

            node = next.Name;
        }

        return node;
    }

    /// <summary>Computes the features of a list of images, in evaluation mode, float32.</summary>
    /// <param name="network">The network. Borrowed.</param>
    /// <param name="node">Node whose results are wanted.</param>
    /// <param name="samples">The images.</param>
    /// <param name="loader">Reads them.</param>
    /// <param name="preprocessing">Scale, mean, deviation.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>One row per readable image, in order.</returns>
    public static FeatureTable Extract(
        TorchNetwork network,
        string node,
        IReadOnlyList<ImageSample> samples,
        ImageLoader loader,
        Preprocessing preprocessing,
        Action<int> progress,
        CancellationToken cancellationToken)
    {
        int featureCount = checked((int)network.Graph.ShapeOf(node).Count);
        var values = new float[samples.Count * featureCount];
        var classIndexes = new List<long>(samples.Count);
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        foreach (LabelledBatch batch in loader.ReadAsync(samples, order, BatchSize, cancellationToken).ToBlockingEnumerable(cancellationToken))
        {
            using (batch)
            {
                Run(network, node, batch, preprocessing).CopyTo(values.AsSpan(classIndexes.Count * featureCount));
                classIndexes.AddRange(batch.ClassIndexes);
            }

            progress(classIndexes.Count);
        }

        return new FeatureTable(values.AsMemory(0, classIndexes.Count * featureCount), featureCount, [.. classIndexes]);
    }

    private static float[] Run(TorchNetwork network, string node, LabelledBatch batch, Preprocessing preprocessing)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor images = InputTensors.Normalize(batch.Images, preprocessing, network.Device);   // [N, 3, H, W]
        Tensor features = network.Forward(images, ForwardMode.Evaluation, until: node);
        return features.cpu().contiguous().data<float>().ToArray();
    }
}
