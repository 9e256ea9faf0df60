using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What a row counts in the loss, by its class. Owns a tensor on the network's device.</summary>
internal sealed class ClassWeights : IDisposable
{
    private readonly float[] values;

    /// <summary>Takes weights.</summary>
    /// <param name="values">A weight per class, K values. Do not modify.</param>
    /// <param name="device">Where the loss is computed.</param>
    internal ClassWeights(float[] values, Device device)
    {
        this.values = values;
        using Tensor host = tensor(values);
        using Tensor there = host.to(device);
        Tensor = there.alias().DetachFromDisposeScope();
    }

    /// <summary>The weights, <c>float32 [K]</c>. Borrowed.</summary>
    internal Tensor Tensor { get; }

    /// <summary>The weights of a phase: N / (K n) for each class, if it asks for them.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="source">Its training rows.</param>
    /// <param name="network">Its network. Borrowed.</param>
    /// <returns>The weights, owned by the caller; <c>null</c> when each row counts 1.</returns>
    internal static ClassWeights? Create(PhaseRecipe phase, IBatchSource source, TorchNetwork network)
    {
        if (phase.Loss.ClassWeights == ClassWeighting.None)
        {
            return null;
        }

        var counts = new double[network.Graph.Output.OutputShape.Channels];
        foreach (long index in source.TrainClasses)
        {
            counts[index]++;
        }

        return new ClassWeights(
            [.. counts.Select(count => (float)(source.TrainClasses.Count / (counts.Length * Math.Max(count, 1))))],
            network.Device
        );
    }

    /// <summary>What rows of these classes count together.</summary>
    internal double Sum(IEnumerable<long> classIndexes) => classIndexes.Sum(index => (double)values[index]);

    /// <summary>Releases the tensor.</summary>
    public void Dispose() => Tensor.Dispose();
}
