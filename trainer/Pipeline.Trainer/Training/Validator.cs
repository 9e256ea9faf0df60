using Pipeline.Core.Metrics;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Scores batches in evaluation mode with the same metrics that evaluation after export uses.</summary>
internal static class Validator
{
    /// <summary>Scores batches.</summary>
    /// <param name="network">The network. Borrowed.</param>
    /// <param name="batches">The batches; each is disposed.</param>
    /// <param name="startNode">Node whose results they hold.</param>
    /// <param name="counted">Told the number of images so far, after each batch.</param>
    /// <returns>The metrics.</returns>
    internal static ClassificationReport Run(
        TorchNetwork network,
        IEnumerable<TrainingBatch> batches,
        string startNode,
        Action<int> counted
    )
    {
        int done = 0;
        var accumulator = new ClassificationAccumulator(network.Graph.Output.OutputShape.Channels);
        foreach (TrainingBatch batch in batches)
        {
            using (batch)
            {
                Add(network, batch, startNode, accumulator);
                done += batch.ClassIndexes.Length;
                counted(done);
            }
        }

        return accumulator.ToReport();
    }

    private static void Add(
        TorchNetwork network,
        TrainingBatch batch,
        string startNode,
        ClassificationAccumulator accumulator
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // [N, K]
        Tensor logits = network.Forward(batch.ToTensor(network.Device), ForwardMode.Evaluation, after: startNode);
        float[] probabilities = logits.softmax(1).cpu().data<float>().ToArray();
        for (int row = 0; row < batch.ClassIndexes.Length; row++)
        {
            accumulator.Add(
                probabilities.AsSpan(row * accumulator.ClassCount, accumulator.ClassCount),
                (int)batch.ClassIndexes[row]
            );
        }
    }
}
