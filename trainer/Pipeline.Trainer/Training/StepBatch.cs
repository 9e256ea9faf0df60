using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>A batch of a training step.</summary>
/// <param name="Batch">The rows. Owned by the reader.</param>
/// <param name="Seed">
/// Seed of the random numbers that the network draws for it: dropout does not depend on what ran before, so a resumed
/// run draws the same.
/// </param>
/// <param name="Mix">How its images are mixed; <c>null</c> leaves them alone.</param>
internal sealed record StepBatch(TrainingBatch Batch, long Seed, MixDraw? Mix)
{
    /// <summary>Draws what a batch's step needs of chance.</summary>
    /// <param name="batch">The batch. Transferred.</param>
    /// <param name="mix">How images are mixed.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the step's random numbers are for; other purposes draw others.</param>
    /// <param name="epoch">Epoch of the run.</param>
    /// <param name="index">Batch of the epoch.</param>
    /// <returns>The batch with its draws.</returns>
    internal static StepBatch Create(
        TrainingBatch batch,
        MixRecipe mix,
        int seed,
        long purpose,
        int epoch,
        int index
    ) =>
        new(
            batch,
            (long)(CounterRandom.Bits(seed, purpose, epoch, index) >> 1),
            mix.IsAny ? MixDraw.Draw(mix, seed, epoch, index) : null
        );

    /// <summary>Puts batches together for steps; those of a group that was never finished are given back.</summary>
    /// <param name="batches">The batches. Transferred.</param>
    /// <param name="size">Batches of a group; the last may have fewer.</param>
    /// <returns>Groups. Transferred: the reader disposes each batch.</returns>
    internal static IEnumerable<StepBatch[]> Group(IEnumerable<StepBatch> batches, int size)
    {
        var group = new List<StepBatch>(size);
        try
        {
            foreach (StepBatch batch in batches)
            {
                group.Add(batch);
                if (group.Count == size)
                {
                    StepBatch[] whole = [.. group];
                    group.Clear();
                    yield return whole;
                }
            }

            if (group.Count > 0)
            {
                StepBatch[] rest = [.. group];
                group.Clear();
                yield return rest;
            }
        }
        finally
        {
            group.ForEach(item => item.Batch.Dispose());
        }
    }
}
