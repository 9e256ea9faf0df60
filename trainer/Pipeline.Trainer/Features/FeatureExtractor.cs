using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Torch;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Features;

/// <summary>Runs images through the part of a network that a phase does not train.</summary>
internal static class FeatureExtractor
{
    private const int BatchSize = 50;

    /// <summary>
    /// The last node before the head's first layer with parameters or dropout: pooling belongs to the features, which
    /// makes them small.
    /// </summary>
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
    /// <param name="network">The network. Borrowed until the end of the enumeration.</param>
    /// <param name="node">Node whose results are wanted.</param>
    /// <param name="samples">The images.</param>
    /// <param name="flips">Sides of each image that are swapped first.</param>
    /// <param name="loader">Reads them.</param>
    /// <param name="preprocessing">Scale, mean, deviation.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Batches of rows, one row per readable image, in order. Enumerate on one thread.</returns>
    internal static IEnumerable<FeatureRows> Extract(
        TorchNetwork network,
        string node,
        IReadOnlyList<ImageSample> samples,
        ImageFlips flips,
        SampleLoader loader,
        Preprocessing preprocessing,
        CancellationToken cancellationToken
    )
    {
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        foreach (
            DecodedBatch batch in loader
                .ReadAsync(samples, order, BatchSize, cancellationToken)
                .ToBlockingEnumerable(cancellationToken)
        )
        {
            using (batch)
            {
                yield return new FeatureRows(
                    Run(network, node, batch, flips, preprocessing),
                    batch.ClassIndexes(),
                    batch.SampleIndexes()
                );
            }
        }
    }

    private static float[] Run(
        TorchNetwork network,
        string node,
        DecodedBatch batch,
        ImageFlips flips,
        Preprocessing preprocessing
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // [N, 3, H, W], 0 to 255
        Tensor pixels = ImageAugmenter.Flip(InputTensors.ToPixels(batch, network.Device), flips);
        Tensor features = network.Forward(
            InputTensors.Normalize(pixels, preprocessing),
            ForwardMode.Evaluation,
            until: node
        );
        return MemoryFormats.ToArray(features);
    }
}
