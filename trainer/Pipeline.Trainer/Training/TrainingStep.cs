using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The one training step: forward, loss, backward, optimizer; without trained parameters it only measures. Synchronous,
/// on the caller's thread.
/// </summary>
/// <param name="network">The network. Borrowed.</param>
/// <param name="optimizer">Of its trained parameters. Borrowed.</param>
/// <param name="trained">Those parameters. Borrowed.</param>
/// <param name="phase">Loss and gradients.</param>
/// <param name="mode">How layers behave, and the number format.</param>
/// <param name="startNode">Node whose results the batches are.</param>
/// <param name="classWeights">What a row of each class counts; <c>null</c> means 1 each. Borrowed.</param>
/// <param name="say">Told when the device's memory makes a step go in parts; <c>null</c> tells nobody.</param>
internal sealed class TrainingStep(
    TorchNetwork network,
    optim.Optimizer optimizer,
    IReadOnlyList<Parameter> trained,
    PhaseRecipe phase,
    ForwardMode mode,
    string startNode,
    ClassWeights? classWeights,
    Action<string>? say = null
)
{
    private readonly MemoryShortage memory = new(say ?? (_ => { }));

    /// <summary>
    /// Changes the weights by the mean gradient of all rows of a group, which is computed batch by batch: no more than
    /// one batch is in the network's memory.
    /// </summary>
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

    /// <summary>
    /// Computes the gradient; where the device's memory is too small, once more from the start in parts.
    /// </summary>
    private (double Loss, int Correct) AccumulateInMemory(IReadOnlyList<StepBatch> group)
    {
        using var before = new RunningStatistics(network, mode.BatchNormNodes);
        while (true)
        {
            try
            {
                return Accumulate(group);
            }
            catch (Exception error) when (MemoryShortage.IsIt(error))
            {
                before.Restore();
                memory.Halve(group.Max(item => item.Batch.ClassIndexes.Length), error);
            }
        }
    }

    private (double Loss, int Correct) Accumulate(IReadOnlyList<StepBatch> group)
    {
        using (NewDisposeScope())
        {
            optimizer.zero_grad(); // TorchSharp 0.107 leaves a handle per parameter behind
        }

        double weight = Weight([.. group.SelectMany(item => item.Batch.ClassIndexes)]),
            loss = 0;
        int correct = 0;
        foreach (StepBatch item in group)
        {
            (double share, int right) = Accumulate(item, weight);
            loss += share;
            correct += right;
        }

        return (loss, correct);
    }

    /// <summary>
    /// Adds a batch's share of the gradient. Returns its share of the group's mean loss, and its right rows.
    /// </summary>
    private (double Loss, int Correct) Accumulate(StepBatch item, double groupWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(item.Seed);
        (Tensor input, double share) = Mixed(item.Batch.ToTensor(network.Device), item.Mix);
        long[] labels = item.Batch.ClassIndexes,
            others = share < 1 ? [.. labels.Reverse()] : labels;
        int correct = 0;
        double lossSum = 0;
        for (int start = 0, most = Math.Min(labels.Length, memory.MostRows); start < labels.Length; start += most)
        {
            int end = Math.Min(start + most, labels.Length);
            Tensor part = end - start == labels.Length ? input : input.narrow(0, start, end - start);
            (float loss, int right) = Accumulate(part, labels[start..end], others[start..end], share, groupWeight);
            lossSum += loss;
            correct += right;
        }

        return (lossSum, correct);
    }

    /// <summary>
    /// The loss of rows, as they count in their group's mean: cross-entropy divides by what the rows given count.
    /// </summary>
    private (float Loss, int Correct) Accumulate(
        Tensor input,
        long[] classIndexes,
        long[] otherIndexes,
        double share,
        double groupWeight
    )
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor(classIndexes).to(network.Device); // [N]
        Tensor logits = network.Forward(input, mode, after: startNode); // [N, K]
        Tensor loss = Loss(logits, labels, share * Weight(classIndexes) / groupWeight); // []
        if (share < 1)
        {
            loss =
                loss
                + Loss(
                    logits,
                    tensor(otherIndexes).to(network.Device),
                    (1 - share) * Weight(otherIndexes) / groupWeight
                );
        }

        if (trained.Count > 0)
        {
            loss.backward();
        }

        long correct = logits.detach().argmax(1).eq(labels).sum().item<long>();
        return (loss.item<float>(), (int)correct);
    }

    private static (Tensor Input, double Share) Mixed(Tensor input, MixDraw? mix) =>
        mix is null ? (input, 1) : mix.Apply(input);

    /// <summary>What rows of these classes count together.</summary>
    private double Weight(long[] classIndexes) => classWeights?.Sum(classIndexes) ?? classIndexes.Length;

    private Tensor Loss(Tensor logits, Tensor labels, double factor)
    {
        Tensor loss = nn.functional.cross_entropy(
            logits,
            labels,
            classWeights?.Tensor,
            label_smoothing: phase.Loss.LabelSmoothing
        ); // []
        return factor == 1 ? loss : loss * factor;
    }
}
