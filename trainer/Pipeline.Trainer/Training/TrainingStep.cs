using Pipeline.Trainer.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>The one training step: forward, loss, backward, optimizer. Synchronous, on the caller's thread.</summary>
/// <param name="network">The network. Borrowed.</param>
/// <param name="optimizer">Of its trained parameters. Borrowed.</param>
/// <param name="trained">Those parameters. Borrowed.</param>
/// <param name="phase">Loss and gradients.</param>
/// <param name="mode">How layers behave, and the number format.</param>
/// <param name="startNode">Node whose results the batches are.</param>
/// <param name="classWeights">Weight per class, <c>[K]</c>; <c>null</c> means 1 each. Borrowed.</param>
internal sealed class TrainingStep(TorchNetwork network, optim.Optimizer optimizer, IReadOnlyList<Parameter> trained, PhaseRecipe phase, ForwardMode mode, string startNode, Tensor? classWeights)
{
    private int batches;
    private long rows;

    /// <summary>Whether a group of batches is under way that the optimizer has not used yet.</summary>
    internal bool IsPending => batches > 0;

    /// <summary>Adds a batch to the gradient; with the last one of its group the optimizer changes the weights.</summary>
    /// <param name="batch">The rows. Borrowed.</param>
    /// <param name="mix">How its images are mixed; <c>null</c> leaves them alone.</param>
    /// <returns>Mean loss in nats, and how many rows were right before the change.</returns>
    internal (float Loss, int Correct) Run(TrainingBatch batch, MixDraw? mix)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor(batch.ClassIndexes).to(network.Device);   // [N]
        (Tensor input, double share) = Mixed(batch.ToTensor(network.Device), mix);
        Tensor logits = network.Forward(input, mode, after: startNode);   // [N, K]
        Tensor loss = Loss(logits, labels);   // []
        if (share < 1)
        {
            loss = (loss * share) + (Loss(logits, labels.flip(0)) * (1 - share));
        }

        if (batches == 0)
        {
            optimizer.zero_grad();
        }

        (phase.Gradients.Accumulate == 1 ? loss : loss * batch.ClassIndexes.Length).backward();
        batches++;
        rows += batch.ClassIndexes.Length;
        if (batches == phase.Gradients.Accumulate)
        {
            Finish();
        }

        long correct = logits.detach().argmax(1).eq(labels).sum().item<long>();
        return (loss.item<float>(), (int)correct);
    }

    /// <summary>Uses the gradient of the batches so far.</summary>
    internal void Finish()
    {
        if (phase.Gradients.Accumulate > 1)
        {
            using IDisposable noGrad = no_grad();
            using DisposeScope scope = NewDisposeScope();
            foreach (Parameter parameter in trained)
            {
                parameter.grad?.mul_(1.0 / rows);   // of the mean over all rows of the group, however many its last batch had
            }
        }

        if (phase.Gradients.ClipNorm is double norm)
        {
            nn.utils.clip_grad_norm_(trained, norm);
        }

        optimizer.step();
        (batches, rows) = (0, 0);
    }

    private static (Tensor Input, double Share) Mixed(Tensor input, MixDraw? mix) => mix is null ? (input, 1) : mix.Apply(input);

    private Tensor Loss(Tensor logits, Tensor labels) => nn.functional.cross_entropy(logits, labels, classWeights, label_smoothing: phase.Loss.LabelSmoothing);
}
