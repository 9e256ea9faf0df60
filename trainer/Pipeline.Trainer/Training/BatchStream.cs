using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>The batches of an epoch: one pass over the rows, or as many batches as a recipe says, going on from pass to pass. Where an epoch begins depends on its number alone, so a resumed run reads the same.</summary>
internal static class BatchStream
{
    /// <summary>Batches of an epoch.</summary>
    internal static int Count(IBatchSource source, PhaseRecipe phase) => phase.StepsPerEpoch ?? PerPass(source, phase);

    /// <summary>Reads the batches of an epoch.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="phase">Batch size and steps.</param>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Batches; the reader disposes each.</returns>
    internal static IEnumerable<TrainingBatch> Of(IBatchSource source, PhaseRecipe phase, int epoch, CancellationToken cancellationToken)
    {
        if (phase.StepsPerEpoch is not int steps)
        {
            return source.Train(epoch, phase.BatchSize, 0, cancellationToken);
        }

        int perPass = PerPass(source, phase);
        long first = (long)epoch * steps;
        int passes = checked((int)(((first + steps - 1) / perPass) - (first / perPass))) + 1;
        return Enumerable.Range(checked((int)(first / perPass)), passes)
            .SelectMany(pass => source.Train(pass, phase.BatchSize, pass == first / perPass ? (int)(first % perPass) : 0, cancellationToken))
            .Take(steps);
    }

    private static int PerPass(IBatchSource source, PhaseRecipe phase) => (source.TrainClasses.Count + phase.BatchSize - 1) / phase.BatchSize;
}
