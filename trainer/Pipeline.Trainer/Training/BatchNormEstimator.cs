using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Measures a backbone's batch-norm statistics again: training images go through in training mode, and the running
/// statistics become the plain average over the batches. Weights that were stored in 8 bits need it, since small
/// variances have collapsed to 0; so do weights that are used at another image size.
/// </summary>
internal static class BatchNormEstimator
{
    private const int BatchSize = 50;
    private const int MaxImages = 1000;
    private const long Purpose = 0xB57A;

    /// <summary>Replaces the running statistics.</summary>
    /// <param name="network">The network; its running means and variances are overwritten.</param>
    /// <param name="samples">Training images; a random thousand of them is used, unlabelled.</param>
    /// <param name="loader">Reads them.</param>
    /// <param name="preprocessing">Scale, mean, deviation.</param>
    /// <param name="seed">Seed of the run; chooses the images.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Number of images used.</returns>
    public static int Estimate(
        TorchNetwork network,
        IReadOnlyList<ImageSample> samples,
        SampleLoader loader,
        Preprocessing preprocessing,
        int seed,
        CancellationToken cancellationToken
    )
    {
        Node[] norms = [.. network.Graph.Nodes.Where(node => node.Operation is BatchNorm2d)];
        if (norms.Length == 0)
        {
            return 0;
        }

        HashSet<string> names = norms.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        int[] order = [.. CounterRandom.Permutation(samples.Count, seed, Purpose, 0).Take(MaxImages)];
        int used = 0;
        int batches = 0;
        foreach (
            DecodedBatch batch in loader
                .ReadAsync(samples, order, BatchSize, cancellationToken)
                .ToBlockingEnumerable(cancellationToken)
        )
        {
            using (batch)
            {
                // Cumulative average: the k-th batch counts 1/k, so the first one replaces what was there
                batches++;
                Pass(
                    network,
                    batch,
                    preprocessing,
                    new ForwardMode { BatchNormNodes = names, BatchNormMomentum = 1.0 / batches }
                );
                used += batch.ImageCount;
            }
        }

        return used;
    }

    private static void Pass(TorchNetwork network, DecodedBatch batch, Preprocessing preprocessing, ForwardMode mode)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // to the very end: the last batch-norm of one branch does not need those of the others
        network.Forward(InputTensors.Normalize(batch, preprocessing, network.Device), mode);
    }
}
