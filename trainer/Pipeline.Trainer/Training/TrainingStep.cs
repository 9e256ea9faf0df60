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
        using var totals = new StepTotals(network.Device);
        Run(group, totals);
        (double loss, int correct) = totals.Read();
        return (loss / group.Sum(item => item.Batch.ClassIndexes.Length), correct);
    }

    /// <summary>The same, without waiting for the device.</summary>
    /// <param name="group">The batches, at least one. Borrowed.</param>
    /// <param name="totals">Receives loss and right rows. Borrowed.</param>
    internal void Run(IReadOnlyList<StepBatch> group, StepTotals totals)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor loss, Tensor correct) = AccumulateInMemory(group);
        if (trained.Count > 0 && phase.Gradients.ClipNorm is double norm)
        {
            nn.utils.clip_grad_norm_(trained, norm);
        }

        optimizer.step();
        totals.Add(loss, correct, group.Sum(item => item.Batch.ClassIndexes.Length));
    }

    /// <summary>Takes a step and gives its batches back.</summary>
    /// <param name="group">The batches, at least one. Transferred.</param>
    /// <param name="totals">Receives loss and right rows. Borrowed.</param>
    internal void Take(IReadOnlyList<StepBatch> group, StepTotals totals)
    {
        try
        {
            Run(group, totals);
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
    private (Tensor Loss, Tensor Correct) AccumulateInMemory(IReadOnlyList<StepBatch> group)
    {
        using var before = new RunningStatistics(network, mode.BatchNormNodes);
        while (true)
        {
            try
            {
                return Accumulate(group);
            }
            catch (Exception error) when (MemoryShortage.IsOutOfMemory(error))
            {
                before.Restore();
                memory.Halve(group.Max(item => item.Batch.ClassIndexes.Length), error);
            }
        }
    }

    private (Tensor Loss, Tensor Correct) Accumulate(IReadOnlyList<StepBatch> group)
    {
        using (NewDisposeScope())
        {
            optimizer.zero_grad(); // TorchSharp 0.107 leaves a handle per parameter behind
        }

        double weight = Weight([.. group.SelectMany(item => item.Batch.ClassIndexes)]);
        return Sum(group.Select(item => Accumulate(item, weight)));
    }

    /// <summary>
    /// Adds a batch's share of the gradient. Returns its share of the group's mean loss, and its right rows.
    /// </summary>
    private (Tensor Loss, Tensor Correct) Accumulate(StepBatch item, double groupWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(item.Seed);
        (Tensor input, double share) = Mixed(item.Batch.ToTensor(network.Device), item.Mix);
        long[] labels = item.Batch.ClassIndexes,
            others = share < 1 ? [.. labels.Reverse()] : labels;
        int most = Math.Min(labels.Length, memory.MostRows);
        (Tensor loss, Tensor correct) = Sum(
            Enumerable
                .Range(0, (labels.Length + most - 1) / most)
                .Select(part => Rows(part * most, Math.Min((part + 1) * most, labels.Length)))
        );
        return (loss.MoveToOuterDisposeScope(), correct.MoveToOuterDisposeScope());

        (Tensor, Tensor) Rows(int start, int end) =>
            Accumulate(
                end - start == labels.Length ? input : input.narrow(0, start, end - start),
                labels[start..end],
                others[start..end],
                share,
                groupWeight
            );
    }

    /// <summary>Sums of loss and right rows, <c>float64 []</c> and <c>int64 []</c>, on the device.</summary>
    private static (Tensor Loss, Tensor Correct) Sum(IEnumerable<(Tensor Loss, Tensor Correct)> parts) =>
        parts.Aggregate((sum, part) => (sum.Loss + part.Loss, sum.Correct + part.Correct));

    /// <summary>
    /// The loss of rows, as they count in their group's mean: cross-entropy divides by what the rows given count.
    /// </summary>
    private (Tensor Loss, Tensor Correct) Accumulate(
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

        Tensor correct = logits.detach().argmax(1).eq(labels).sum(); // []
        return (loss.detach().to(float64).MoveToOuterDisposeScope(), correct.MoveToOuterDisposeScope());
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
