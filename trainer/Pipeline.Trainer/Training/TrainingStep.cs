using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>The one training step: forward, loss, backward, optimizer. Synchronous, on the caller's thread.</summary>
internal static class TrainingStep
{
    /// <summary>Changes the weights by one batch.</summary>
    /// <param name="network">The network. Borrowed.</param>
    /// <param name="optimizer">Of its trained parameters. Borrowed.</param>
    /// <param name="batch">The rows. Borrowed.</param>
    /// <param name="startNode">Node whose results the rows are.</param>
    /// <param name="mode">How layers behave, and the number format.</param>
    /// <returns>Mean loss in nats, and how many rows were right before the change.</returns>
    internal static (float Loss, int Correct) Run(TorchNetwork network, optim.Optimizer optimizer, TrainingBatch batch, string startNode, ForwardMode mode)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = batch.ToTensor(network.Device);
        Tensor labels = tensor(batch.ClassIndexes).to(network.Device);   // [N]
        Tensor logits = network.Forward(input, mode, after: startNode);   // [N, K]
        Tensor loss = nn.functional.cross_entropy(logits, labels);   // []
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        long correct = logits.detach().argmax(1).eq(labels).sum().item<long>();
        return (loss.item<float>(), (int)correct);
    }
}
