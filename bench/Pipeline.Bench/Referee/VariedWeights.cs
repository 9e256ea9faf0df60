using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Bench.Referee;

/// <summary>
/// Weights in which nothing is trivial, so that a wrong fold shows in the logits, and with which activations stay of
/// order 1 in the deepest network, so that float16 holds them as it holds those of a trained one. Kernels and matrices
/// are drawn from a uniform distribution and then scaled, node after node, so that what they make of an image has a
/// root mean square of at most a half; biases and means lie in +-0.25, scales and variances in 0.75 to 1.25 (scales of
/// residual branches that start near 0 in 0.25 to 0.75).
/// </summary>
/// <remarks>
/// Source of the scaling: Mishkin and Matas 2015, arXiv:1511.06422, who take the mean over the images. The largest,
/// because networks with squeeze and excitation or SiLU set images apart from layer to layer: at equal means one of 40
/// photographs ended a hundred times as large as the others in efficientnet-b0, where float32 itself, in PyTorch as in
/// ONNX Runtime, was up to 4e-4 from float64. Statistics of the images in the batch-norms would do it too, but they
/// divide each channel by its own deviation, and random networks then enlarge rounding errors a thousandfold from layer
/// to layer, which trained ones do not. That the weights are well conditioned is asserted where they are used, by
/// <see cref="Float64Network"/>.
/// </remarks>
internal static class VariedWeights
{
    private const int Seed = 42;

    /// <summary>
    /// Root mean square of the image for which it is largest. At 1 and above SiLU and hard-swish grow faster than their
    /// input, and a chain of thirty of them enlarges errors as it does images.
    /// </summary>
    private const double LargestActivation = 0.5;

    /// <summary>Makes the weights of a network.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="preprocessing">From pixels to its input.</param>
    /// <param name="images">
    /// The images that it will be scored on: activations of others may be a hundred times as large. Borrowed.
    /// </param>
    /// <param name="part">
    /// Weights of a part of the network that were made for the same images; taken as they are. <c>null</c> for none.
    /// </param>
    internal static WeightSet Create(
        NetworkGraph graph,
        Preprocessing preprocessing,
        ImageBatch images,
        WeightSet? part = null
    )
    {
        using var network = new TorchNetwork(
            graph,
            new WeightSet(
                graph.Parameters.Select(spec =>
                    part?.TryGet(spec.Key, out TensorData? known) == true ? known : Draw(spec)
                )
            ),
            CPU
        );
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Level(network, InputTensors.Normalize(images, preprocessing, CPU), key => part?.TryGet(key, out _) == true);
        return network.ToWeights();
    }

    private static TensorData Draw(ParameterSpec spec)
    {
        long name = spec.Key.Aggregate(17L, (number, letter) => unchecked((number * 31) + letter));
        (double centre, double width) = spec.Role switch
        {
            ParameterRole.Weight => (0, Math.Sqrt(3.0 * spec.Shape[0] / spec.Count)), // variance 1 / fan in
            ParameterRole.Scale or ParameterRole.Spread => (spec.Start < 0.5 ? 0.5 : 1, 0.25),
            _ => (0, 0.25),
        };
        var values = new float[spec.Count];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = (float)(centre + (width * ((2 * CounterRandom.Uniform(Seed, name, index)) - 1)));
        }

        return TensorData.FromFloat32(spec.Key, spec.Shape, values);
    }

    /// <summary>Runs the network node by node, and divides each kernel before anything reads its result.</summary>
    private static void Level(TorchNetwork network, Tensor input, Predicate<string> isLevelled)
    {
        var operations = new TorchOperations(key => network[key]);
        var readers = network
            .Graph.Nodes.SelectMany(node => node.Inputs)
            .CountBy(name => name)
            .ToDictionary(StringComparer.Ordinal);
        var results = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [NetworkGraph.InputName] = input };
        foreach (Node node in network.Graph.Nodes)
        {
            Tensor[] inputs = [.. node.Inputs.Select(name => results[name])];
            Tensor result = operations.Run(node, inputs, ForwardMode.Evaluation);
            if (
                node.Parameters.FirstOrDefault(spec => spec.Role == ParameterRole.Weight) is ParameterSpec kernel
                && !isLevelled(kernel.Key)
            )
            {
                double size = LargestRootMeanSquare(result);
                result.Dispose();
                float[] values =
                [
                    .. network[kernel.Key]
                        .data<float>()
                        .ToArray()
                        .Select(value => (float)(value * LargestActivation / size)),
                ];
                network.Load(new WeightSet([TensorData.FromFloat32(kernel.Key, kernel.Shape, values)]));
                result = operations.Run(node, inputs, ForwardMode.Evaluation);
            }

            results[node.Name] = result;
            foreach (string source in node.Inputs.Where(source => --readers[source] == 0))
            {
                results[source].Dispose(); // many images: what nobody reads any more makes room
            }
        }
    }

    /// <summary>Of the values of one image, for the image for which it is largest.</summary>
    private static double LargestRootMeanSquare(Tensor result)
    {
        ReadOnlySpan<float> values = result.contiguous().data<float>().ToArray(); // [N, ...]
        int perImage = values.Length / (int)result.shape[0];
        double largest = 0;
        for (int first = 0; first < values.Length; first += perImage)
        {
            largest = Math.Max(
                largest,
                System.Numerics.Tensors.TensorPrimitives.SumOfSquares(values.Slice(first, perImage))
            );
        }

        return Math.Sqrt(largest / perImage);
    }
}
