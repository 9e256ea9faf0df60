using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The bottleneck features of a run's images under one network: found in the cache or computed, and kept open while the
/// frozen part of the network stays as it is.
/// </summary>
/// <param name="network">The network. Borrowed.</param>
/// <param name="preprocessing">From file bytes to its input.</param>
/// <param name="loader">Reads images.</param>
/// <param name="context">Data and caches of the run.</param>
internal sealed class FrozenFeatures(
    TorchNetwork network,
    Preprocessing preprocessing,
    SampleLoader loader,
    TrainingContext context
) : IDisposable
{
    private const string What = "Computing bottleneck features";
    private readonly string node = FeatureExtractor.FeatureNode(network.Graph);
    private BottleneckFeatures? open;
    private ImageFlips held;
    private string? key;

    /// <summary>
    /// The features with the weights that the network had when they were first asked for, or first after
    /// <see cref="Forget"/>.
    /// </summary>
    /// <param name="flips">Forms of the training images that are wanted; <see cref="ImageFlips.None"/> first.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Valid until the next call. Owned by this.</returns>
    internal BottleneckFeatures Compute(IReadOnlyList<ImageFlips> flips, CancellationToken cancellationToken)
    {
        key ??= FeatureCache.Key(
            context.DataHash,
            preprocessing,
            network.Graph,
            network.ToWeights(
                network.Graph.CutAt(node).Nodes.Select(part => part.Name).ToHashSet(StringComparer.Ordinal)
            ),
            node
        );
        ImageFlips drawn = flips.Aggregate((all, flip) => all | flip);
        if (open is not null && held == drawn)
        {
            return open;
        }

        open?.Dispose();
        open = null;
        var tables = new List<FeatureTable>();
        try
        {
            tables.Add(Table(key, "validation", context.Data.Validation, ImageFlips.None, cancellationToken));
            foreach (ImageFlips flip in flips)
            {
                tables.Add(Table(key, PartName(flip), context.Data.Train, flip, cancellationToken));
            }
        }
        catch
        {
            tables.ForEach(table => table.Dispose());
            throw;
        }

        open = new BottleneckFeatures(node, flips.Zip(tables.Skip(1)).ToDictionary(), tables[0]);
        held = drawn;
        return open;
    }

    /// <summary>To be called before the frozen part is trained: its features will be others.</summary>
    internal void Forget()
    {
        Dispose();
        (open, key) = (null, null);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => open?.Dispose();

    private FeatureTable Table(
        string name,
        string part,
        IReadOnlyList<ImageSample> samples,
        ImageFlips flips,
        CancellationToken cancellationToken
    ) =>
        context.Features.Open(
            name,
            part,
            path =>
            {
                FeatureShape shape = network.Graph.ShapeOf(node);
                context.Progress.Message(
                    $"{What} of {samples.Count} images ({part.Replace('.', ' ')}) at '{node}', {shape} each"
                );
                int done = 0;
                IEnumerable<FeatureRows> batches = FeatureExtractor
                    .Extract(network, node, samples, flips, loader, preprocessing, cancellationToken)
                    .Select(rows =>
                    {
                        done += rows.ClassIndexes.Length;
                        context.Progress.Report(new PassProgress(What, done, samples.Count));
                        return rows;
                    });
                FeatureFile.Write(
                    path,
                    checked((int)shape.Count),
                    samples.Count,
                    batches,
                    new Dictionary<string, string> { ["node"] = node }
                );
            }
        );

    private static string PartName(ImageFlips flips) =>
        flips == ImageFlips.None
            ? "train"
            : $"train.{flips.ToString().ToLowerInvariant().Replace(", ", "-", StringComparison.Ordinal)}";
}
