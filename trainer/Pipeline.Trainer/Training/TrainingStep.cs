using Pipeline.Trainer.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>The one training step: forward, loss, backward, optimizer; without trained parameters it only measures. Synchronous, on the caller's thread.</summary>
/// <param name="network">The network. Borrowed.</param>
/// <param name="optimizer">Of its trained parameters. Borrowed.</param>
/// <param name="trained">Those parameters. Borrowed.</param>
/// <param name="phase">Loss and gradients.</param>
/// <param name="mode">How layers behave, and the number format.</param>
/// <param name="startNode">Node whose results the batches are.</param>
/// <param name="classWeights">Weight per class, <c>[K]</c>; <c>null</c> means 1 each. Borrowed.</param>
/// <param name="say">Told when the device's memory makes a step go in parts; <c>null</c> tells nobody.</param>
internal sealed class TrainingStep(
    TorchNetwork network, optim.Optimizer optimizer, IReadOnlyList<Parameter> trained, PhaseRecipe phase, ForwardMode mode, string startNode, Tensor? classWeights, Action<string>? say = null)
{
    private readonly MemoryShortage memory = new(say ?? (_ => { }));

    /// <summary>Changes the weights by the mean gradient of all rows of a group, which is computed batch by batch: no more than one batch is in the network's memory.</summary>
    /// <param name="group">The batches, at least one. Borrowed.</param>
    /// <returns>Mean loss in nats, and how many rows were right before the change.</returns>
    internal (double Loss, int Correct) Run(IReadOnlyList<StepBatch> group)
    {
        (double loss, int correct) = AccumulateInMemory(group);
        if (trained.Count > 0 && phase.Gradients.ClipNorm is double norm)
        {
            nn.utils.clip_grad_norm_(trained, norm);
        }

        optimizer.step();
        return (loss, correct);
    }

    /// <summary>Takes a step and gives its batches back.</summary>
    /// <param name="group">As <see cref="Run"/> takes it. Transferred.</param>
    /// <returns>What <see cref="Run"/> returns.</returns>
    internal (double Loss, int Correct) Take(IReadOnlyList<StepBatch> group)
    {
        try
        {
            return Run(group);
        }
        finally
        {
            foreach (StepBatch item in group)
            {
                item.Batch.Dispose();
            }
        }
    }

    /// <summary>Computes the gradient; where the device's memory is too small, once more from the start in parts.</summary>
    private (double Loss, int Correct) AccumulateInMemory(IReadOnlyList<StepBatch> group)
    {
        while (true)
        {
            try
            {
                return Accumulate(group);
            }
            catch (Exception error) when (MemoryShortage.IsIt(error))
            {
                memory.Halve(group.Max(item => item.Batch.ClassIndexes.Length), error);
            }
        }
    }

    private (double Loss, int Correct) Accumulate(IReadOnlyList<StepBatch> group)
    {
        optimizer.zero_grad();
        int rows = group.Sum(item => item.Batch.ClassIndexes.Length), correct = 0;
        double lossSum = 0;
        foreach (StepBatch item in group)
        {
            (double loss, int right) = Accumulate(item, rows);
            lossSum += loss;
            correct += right;
        }

        return (lossSum / rows, correct);
    }

    /// <summary>Adds a batch's share of the gradient. Returns the sum of its losses and its right rows.</summary>
    private (double LossSum, int Correct) Accumulate(StepBatch item, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(item.Seed);
        Tensor labels = tensor(item.Batch.ClassIndexes).to(network.Device);   // [N]
        (Tensor input, double share) = Mixed(item.Batch.ToTensor(network.Device), item.Mix);
        Tensor others = share < 1 ? labels.flip(0) : labels;   // [N]
        int count = item.Batch.ClassIndexes.Length, correct = 0;
        double lossSum = 0;
        for (int start = 0, most = Math.Min(count, memory.MostRows); start < count; start += most)
        {
            int some = Math.Min(most, count - start);
            (float loss, int right) = some == count
                ? Accumulate(input, labels, others, share, rows)
                : Accumulate(input.narrow(0, start, some), labels.narrow(0, start, some), others.narrow(0, start, some), share, rows);
            lossSum += (double)loss * some;
            correct += right;
        }

        return (lossSum, correct);
    }

    private (float Loss, int Correct) Accumulate(Tensor input, Tensor labels, Tensor others, double share, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = network.Forward(input, mode, after: startNode);   // [N, K]
        Tensor loss = Loss(logits, labels);   // []
        if (share < 1)
        {
            loss = (loss * share) + (Loss(logits, others) * (1 - share));
        }

        long count = labels.shape[0];
        if (trained.Count > 0)
        {
            (count == rows ? loss : loss * ((double)count / rows)).backward();
        }

        long correct = logits.detach().argmax(1).eq(labels).sum().item<long>();
        return (loss.item<float>(), (int)correct);
    }

    private static (Tensor Input, double Share) Mixed(Tensor input, MixDraw? mix) => mix is null ? (input, 1) : mix.Apply(input);

    private Tensor Loss(Tensor logits, Tensor labels) => nn.functional.cross_entropy(logits, labels, classWeights, label_smoothing: phase.Loss.LabelSmoothing);
}
