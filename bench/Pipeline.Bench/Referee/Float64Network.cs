using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Bench.Referee;

/// <summary>
/// A network evaluated in float64, node by node: the truth that float32 and float16 are measured from. Slow.
/// </summary>
internal static class Float64Network
{
    /// <summary>Evaluates a network.</summary>
    /// <param name="network">Its float32 weights. Borrowed.</param>
    /// <param name="input">Normalised images, <c>float32 [N, 3, H, W]</c>. Borrowed.</param>
    /// <returns>Logits, row-major <c>[N, K]</c>.</returns>
    internal static double[] Logits(TorchNetwork network, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var operations = new TorchOperations(key => network[key].to(float64));
        var readers = network
            .Graph.Nodes.SelectMany(node => node.Inputs)
            .CountBy(name => name)
            .ToDictionary(StringComparer.Ordinal);
        var results = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            [NetworkGraph.InputName] = input.to(float64),
        };
        foreach (Node node in network.Graph.Nodes)
        {
            results[node.Name] = operations.Run(
                node,
                [.. node.Inputs.Select(name => results[name])],
                ForwardMode.Evaluation
            );
            foreach (string source in node.Inputs.Where(source => --readers[source] == 0))
            {
                results[source].Dispose();
            }
        }

        return results[network.Graph.Output.Name].data<double>().ToArray(); // [N, K]
    }
}
