using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The batches of an epoch: one pass over the rows, or as many batches as a recipe says, going on from pass to pass; a
/// pass may leave its last batch out. Where an epoch begins depends on its number alone, so a resumed run reads the
/// same.
/// </summary>
internal static class BatchStream
{
    /// <summary>Batches of an epoch.</summary>
    /// <exception cref="DatasetException">A smaller last batch is left out, and there is no other.</exception>
    internal static int Count(IBatchSource source, PhaseRecipe phase) =>
        PerPass(source, phase) is > 0 and int perPass
            ? phase.StepsPerEpoch ?? perPass
            : throw new DatasetException(
                $"drop_last leaves nothing to train on: {source.TrainClasses.Count} training images are fewer than "
                    + $"a batch of {phase.BatchSize}. Use a smaller batch_size, or remove drop_last."
            );

    /// <summary>Rows of an epoch.</summary>
    internal static int Rows(IBatchSource source, PhaseRecipe phase) =>
        phase.StepsPerEpoch is null && !phase.DropLast
            ? source.TrainClasses.Count
            : Count(source, phase) * phase.BatchSize;

    /// <summary>Reads the batches of an epoch.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="phase">Batch size and steps.</param>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Batches; the reader disposes each.</returns>
    internal static IEnumerable<TrainingBatch> Read(
        IBatchSource source,
        PhaseRecipe phase,
        int epoch,
        CancellationToken cancellationToken
    )
    {
        int perPass = PerPass(source, phase);
        if (phase.StepsPerEpoch is not int steps)
        {
            return source.Train(epoch, phase.BatchSize, 0, cancellationToken).Take(perPass);
        }

        long first = (long)epoch * steps;
        int passes = checked((int)(((first + steps - 1) / perPass) - (first / perPass))) + 1;
        return Enumerable
            .Range(checked((int)(first / perPass)), passes)
            .SelectMany(pass => Pass(pass, skip: pass == first / perPass ? (int)(first % perPass) : 0))
            .Take(steps);

        IEnumerable<TrainingBatch> Pass(int pass, int skip) =>
            source.Train(pass, phase.BatchSize, skip, cancellationToken).Take(perPass - skip);
    }

    private static int PerPass(IBatchSource source, PhaseRecipe phase) =>
        (source.TrainClasses.Count + (phase.DropLast ? 0 : phase.BatchSize - 1)) / phase.BatchSize;
}
