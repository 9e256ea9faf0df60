using Pipeline.Core.Tensors;
using Pipeline.Torch;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// A running average of trained weights and their batch-norm statistics (EMA), on the network's device. Owns its
/// tensors.
/// </summary>
/// <remarks>
/// The first steps count more: the decay at step t is at most (1 + t) / (10 + t), as TensorFlow's
/// <c>ExponentialMovingAverage</c> has it.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly TorchNetwork network;
    private readonly double decay;
    private readonly List<(string Key, Tensor Average)> averages = [];

    /// <summary>Starts from given weights.</summary>
    /// <param name="network">The network. Borrowed.</param>
    /// <param name="start">Weights of the nodes to average. Borrowed.</param>
    /// <param name="decay">In (0, 1).</param>
    internal WeightAverage(TorchNetwork network, WeightSet start, double decay)
    {
        this.network = network;
        this.decay = decay;
        foreach (TensorData weights in start)
        {
            using Tensor host = tensor(weights.AsFloat32().ToArray(), [.. weights.Shape]);
            using Tensor there = host.to(network.Device);
            averages.Add((weights.Name, there.clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Takes the network's present weights in.</summary>
    /// <param name="step">Steps done before in the phase.</param>
    internal void Update(long step)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double kept = Math.Min(decay, (1.0 + step) / (10.0 + step));
        foreach ((string key, Tensor average) in averages)
        {
            average.lerp_(network[key], 1 - kept);
        }
    }

    /// <summary>Copies the averages out.</summary>
    internal WeightSet ToWeights() =>
        new(
            averages.Select(item =>
                TensorData.FromFloat32(item.Key, item.Average.shape, MemoryFormats.ToArray(item.Average))
            )
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor average) in averages)
        {
            average.Dispose();
        }
    }
}
