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
internal sealed class TrainingStep(TorchNetwork network, optim.Optimizer optimizer, IReadOnlyList<Parameter> trained, PhaseRecipe phase, ForwardMode mode, string startNode, Tensor? classWeights)
{
    /// <summary>Changes the weights by the mean gradient of all rows of a group, which is computed batch by batch: no more than one batch is in the network's memory.</summary>
    /// <param name="group">The batches, at least one. Borrowed.</param>
    /// <returns>Mean loss in nats, and how many rows were right before the change.</returns>
    internal (double Loss, int Correct) Run(IReadOnlyList<StepBatch> group)
    {
        optimizer.zero_grad();
        int rows = group.Sum(item => item.Batch.ClassIndexes.Length), correct = 0;
        double lossSum = 0;
        foreach (StepBatch item in group)
        {
            (float loss, int right) = Accumulate(item, rows);
            lossSum += (double)loss * item.Batch.ClassIndexes.Length;
            correct += right;
        }

        if (trained.Count > 0 && phase.Gradients.ClipNorm is double norm)
        {
            nn.utils.clip_grad_norm_(trained, norm);
        }

        optimizer.step();
        return (lossSum / rows, correct);
    }

    private (float Loss, int Correct) Accumulate(StepBatch item, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(item.Seed);
        Tensor labels = tensor(item.Batch.ClassIndexes).to(network.Device);   // [N]
        (Tensor input, double share) = Mixed(item.Batch.ToTensor(network.Device), item.Mix);
        Tensor logits = network.Forward(input, mode, after: startNode);   // [N, K]
        Tensor loss = Loss(logits, labels);   // []
        if (share < 1)
        {
            loss = (loss * share) + (Loss(logits, labels.flip(0)) * (1 - share));
        }

        int count = item.Batch.ClassIndexes.Length;
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
