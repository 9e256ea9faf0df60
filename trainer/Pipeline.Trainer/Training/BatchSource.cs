using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>Where a phase's batches come from: image files, or features computed once.</summary>
internal interface IBatchSource
{
    /// <summary>Node whose results the batches hold.</summary>
    string StartNode { get; }

    /// <summary>Training rows.</summary>
    int TrainCount { get; }

    /// <summary>Training batches in the random order of an epoch.</summary>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="batchSize">Rows per batch; the last may be smaller.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IEnumerable<TrainingBatch> Train(int epoch, int batchSize, CancellationToken cancellationToken);

    /// <summary>Validation batches in a fixed order.</summary>
    /// <param name="epoch">Number over all phases, from 0; matters only if validation images are augmented.</param>
    /// <param name="batchSize">Rows per batch; the last may be smaller.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken);
}

/// <summary>Batches from image files.</summary>
internal sealed class ImageBatchSource(DatasetSplits data, ImageLoader loader, Preprocessing preprocessing, PhaseRecipe phase, int seed) : IBatchSource
{
    private readonly ImageAugmenter? train = phase.Augmentation.IsAny ? new ImageAugmenter(phase.Augmentation, AugmentedPart.Train, seed) : null;
    private readonly ImageAugmenter? validation = phase.AugmentValidation ? new ImageAugmenter(phase.Augmentation, AugmentedPart.Validation, seed) : null;

    public string StartNode => NetworkGraph.InputName;

    public int TrainCount => data.Train.Count;

    public IEnumerable<TrainingBatch> Train(int epoch, int batchSize, CancellationToken cancellationToken) =>
        Read(data.Train, EpochOrder.Of(data.Train.Count, seed, epoch), batchSize, batch => new ImageTrainingBatch(batch, preprocessing, train, epoch), cancellationToken);

    public IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken) =>
        Read(data.Validation, [.. Enumerable.Range(0, data.Validation.Count)], batchSize, batch => new ImageTrainingBatch(batch, preprocessing, validation, epoch), cancellationToken);

    private IEnumerable<TrainingBatch> Read(IReadOnlyList<ImageSample> samples, int[] order, int batchSize, Func<LabelledBatch, TrainingBatch> wrap, CancellationToken cancellationToken) =>
        loader.ReadAsync(samples, order, batchSize, cancellationToken).ToBlockingEnumerable(cancellationToken).Select(wrap);
}

/// <summary>Batches from bottleneck features; flips are drawn as for images, and looked up instead of computed.</summary>
internal sealed class FeatureBatchSource(BottleneckFeatures features, PhaseRecipe phase, int seed) : IBatchSource
{
    public string StartNode => features.Node;

    public int TrainCount => features.Train[ImageFlips.None].Count;

    public IEnumerable<TrainingBatch> Train(int epoch, int batchSize, CancellationToken cancellationToken)
    {
        FeatureTable plain = features.Train[ImageFlips.None];
        return Read(EpochOrder.Of(plain.Count, seed, epoch), batchSize, row => features.Train[Flips(epoch, plain.SampleIndexes[row])], cancellationToken);
    }

    public IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken) =>
        Read([.. Enumerable.Range(0, features.Validation.Count)], batchSize, _ => features.Validation, cancellationToken);

    private ImageFlips Flips(int epoch, long sample) => ChangeDraw.Of(phase.Augmentation, AugmentedPart.Train, seed, epoch, sample).Flips;

    private IEnumerable<TrainingBatch> Read(int[] order, int batchSize, Func<int, FeatureTable> table, CancellationToken cancellationToken)
    {
        int featureCount = features.Validation.FeatureCount;
        foreach (int[] rows in order.Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = new float[rows.Length * featureCount];
            var classIndexes = new long[rows.Length];
            for (int index = 0; index < rows.Length; index++)
            {
                FeatureTable from = table(rows[index]);
                from.Read(rows[index], values.AsSpan(index * featureCount, featureCount));
                classIndexes[index] = from.ClassIndexes[rows[index]];
            }

            yield return new FeatureTrainingBatch(values, featureCount, classIndexes);
        }
    }
}

/// <summary>The order in which an epoch reads the training rows.</summary>
internal static class EpochOrder
{
    private const long Purpose = 0x5F1E;

    internal static int[] Of(int count, int seed, int epoch) => CounterRandom.Permutation(count, seed, Purpose, epoch);
}
