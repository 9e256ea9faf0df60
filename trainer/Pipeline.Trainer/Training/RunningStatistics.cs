using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// A copy of the running statistics that a step is about to change, so that a step that fails half-way leaves no trace
/// in them. Owns its tensors.
/// </summary>
internal sealed class RunningStatistics : IDisposable
{
    private readonly List<(Parameter Here, Tensor Before)> copies = [];

    /// <summary>Copies them.</summary>
    /// <param name="network">The network. Borrowed; it must outlive this.</param>
    /// <param name="nodes">Batch-norm nodes that a step updates; <c>null</c> means none.</param>
    internal RunningStatistics(TorchNetwork network, IReadOnlySet<string>? nodes)
    {
        foreach (
            ParameterSpec spec in network
                .Graph.Nodes.Where(node => nodes?.Contains(node.Name) == true)
                .SelectMany(node => node.Parameters)
                .Where(spec => !spec.IsTrainable)
        )
        {
            Parameter here = network[spec.Key];
            copies.Add((here, here.clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Puts them back.</summary>
    internal void Restore()
    {
        using IDisposable noGrad = no_grad();
        foreach ((Parameter here, Tensor before) in copies)
        {
            here.copy_(before);
        }
    }

    /// <summary>Releases the copies.</summary>
    public void Dispose()
    {
        foreach ((_, Tensor before) in copies)
        {
            before.Dispose();
        }
    }
}
