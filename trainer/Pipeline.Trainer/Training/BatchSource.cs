using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
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

    /// <summary>Class of each training row. Do not modify.</summary>
    IReadOnlyList<long> TrainClasses { get; }

    /// <summary>Rows of a validation pass.</summary>
    int ValidationRows { get; }

    /// <summary>Training batches in the random order of a pass over the rows.</summary>
    /// <param name="pass">Number over all phases, from 0.</param>
    /// <param name="batchSize">Rows per batch; the last may be smaller.</param>
    /// <param name="skip">Batches at the beginning that are left out.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IEnumerable<TrainingBatch> Train(int pass, int batchSize, int skip, CancellationToken cancellationToken);

    /// <summary>Validation batches in a fixed order.</summary>
    /// <param name="epoch">Number over all phases, from 0; matters only if validation images are augmented.</param>
    /// <param name="batchSize">Rows per batch; the last may be smaller.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken);
}

/// <summary>Batches from image files.</summary>
internal sealed class ImageBatchSource(
    DatasetSplits data,
    SampleLoader loader,
    Preprocessing preprocessing,
    PhaseRecipe phase,
    int seed
) : IBatchSource
{
    private readonly ImageAugmenter? train = phase.Augmentation.IsAny
        ? new ImageAugmenter(phase.Augmentation, AugmentedPart.Train, seed)
        : null;
    private readonly ImageAugmenter? validation = phase.AugmentValidation
        ? new ImageAugmenter(phase.Augmentation, AugmentedPart.Validation, seed)
        : null;

    private int[] ValidationOrder =>
        EpochOrder.Validation(data.Validation.Count, seed, phase.ValidationSteps * phase.BatchSize);

    public string StartNode => NetworkGraph.InputName;

    public int ValidationRows => ValidationOrder.Length;

    public IReadOnlyList<long> TrainClasses { get; } = [.. data.Train.Select(sample => (long)sample.ClassIndex)];

    public IEnumerable<TrainingBatch> Train(int pass, int batchSize, int skip, CancellationToken cancellationToken) =>
        Read(
            data.Train,
            EpochOrder.Shuffle(data.Train.Count, seed, pass)[(skip * batchSize)..],
            batchSize,
            batch => new ImageTrainingBatch(batch, preprocessing, train, pass),
            cancellationToken
        );

    public IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken) =>
        Read(
            data.Validation,
            ValidationOrder,
            batchSize,
            batch => new ImageTrainingBatch(batch, preprocessing, validation, epoch),
            cancellationToken
        );

    private IEnumerable<TrainingBatch> Read(
        IReadOnlyList<ImageSample> samples,
        int[] order,
        int batchSize,
        Func<DecodedBatch, TrainingBatch> wrap,
        CancellationToken cancellationToken
    ) =>
        loader
            .ReadAsync(samples, order, batchSize, cancellationToken)
            .ToBlockingEnumerable(cancellationToken)
            .Select(wrap);
}

/// <summary>
/// Batches from bottleneck features; flips are drawn as for images, and looked up instead of computed.
/// </summary>
internal sealed class FeatureBatchSource(BottleneckFeatures features, PhaseRecipe phase, int seed) : IBatchSource
{
    private int[] ValidationOrder =>
        EpochOrder.Validation(features.Validation.Count, seed, phase.ValidationSteps * phase.BatchSize);

    public string StartNode => features.Node;

    public int ValidationRows => ValidationOrder.Length;

    public IReadOnlyList<long> TrainClasses => features.Train[ImageFlips.None].ClassIndexes;

    public IEnumerable<TrainingBatch> Train(int pass, int batchSize, int skip, CancellationToken cancellationToken)
    {
        FeatureTable plain = features.Train[ImageFlips.None];
        return Read(
            EpochOrder.Shuffle(plain.Count, seed, pass)[(skip * batchSize)..],
            batchSize,
            row => features.Train[Flips(pass, plain.SampleIndexes[row])],
            cancellationToken
        );
    }

    public IEnumerable<TrainingBatch> Validate(int epoch, int batchSize, CancellationToken cancellationToken) =>
        Read(ValidationOrder, batchSize, _ => features.Validation, cancellationToken);

    private ImageFlips Flips(int epoch, long sample) =>
        ChangeDraw.Draw(phase.Augmentation, AugmentedPart.Train, seed, epoch, sample).Flips;

    private IEnumerable<TrainingBatch> Read(
        int[] order,
        int batchSize,
        Func<int, FeatureTable> table,
        CancellationToken cancellationToken
    )
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

/// <summary>The order in which rows are read.</summary>
internal static class EpochOrder
{
    private const long Purpose = 0x5F1E,
        ValidationPurpose = 0x7A11;

    /// <summary>Of the training rows in one pass.</summary>
    internal static int[] Shuffle(int count, int seed, int pass) =>
        CounterRandom.Permutation(count, seed, Purpose, pass);

    /// <summary>Of the validation rows, by position: all, or some chosen at random, the same in each epoch.</summary>
    internal static int[] Validation(int count, int seed, int? limit) =>
        limit is int some && some < count
            ? [.. CounterRandom.Permutation(count, seed, ValidationPurpose, 0).Take(some).Order()]
            : [.. Enumerable.Range(0, count)];
}
