using System.Text;
using System.Text.Json;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// Weights and images by the formula of <c>tests/data/networks/make_torchvision.py</c>, so that neither is stored.
/// </summary>
internal static class FormulaTensors
{
    /// <summary>The gain of a network's norms that the golden file has; 1 for those that are not in it.</summary>
    internal static double Gain(string network)
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "networks", "logits.json"))
        );
        return golden.RootElement.TryGetProperty(network, out JsonElement entry)
            ? entry.GetProperty("gain").GetDouble()
            : 1;
    }

    internal static WeightSet Weights(NetworkGraph graph, double gain) =>
        new(
            graph.Parameters.Select(spec =>
            {
                double[] uniform = Uniform(spec.Key, spec.Count);
                long fanIn = spec.Count / spec.Shape[0];
                Func<double, double> value = spec.Role switch
                {
                    ParameterRole.Weight => u => ((2 * u) - 1) * Math.Sqrt(6.0 / fanIn),
                    ParameterRole.Scale when spec.Key.EndsWith("layer_scale", StringComparison.Ordinal) => u =>
                        0.25 + (0.5 * u),
                    ParameterRole.Scale => u => (0.75 + (0.5 * u)) * gain,
                    ParameterRole.Spread => u => 0.75 + (0.5 * u),
                    _ => u => ((2 * u) - 1) / 10,
                };
                return TensorData.FromFloat32(spec.Key, spec.Shape, Array.ConvertAll(uniform, u => (float)value(u)));
            })
        );

    /// <summary><c>float32 [count, 3, side, side]</c>. Owned by the caller.</summary>
    internal static Tensor Images(int count, int side)
    {
        int perImage = 3 * side * side;
        double[] uniform = Uniform("image", count * perImage);
        float[] values =
        [
            .. uniform.Select(
                (u, index) =>
                {
                    int image = index / perImage;
                    return (float)((((4 * u) - 2) * (1 + (2.0 * image)) / 3) + image - 0.5);
                }
            ),
        ];
        return tensor(values, [count, 3, side, side]);
    }

    private static double[] Uniform(string key, long count)
    {
        uint hash = Encoding
            .UTF8.GetBytes(key)
            .Aggregate(0x811C9DC5u, (state, letter) => unchecked((state ^ letter) * 0x01000193u));
        var values = new double[count];
        for (uint index = 0; index < values.Length; index++)
        {
            uint x = unchecked((index * 0x9E3779B1u) + hash);
            x ^= x >> 16;
            x = unchecked(x * 0x85EBCA6Bu);
            x ^= x >> 13;
            x = unchecked(x * 0xC2B2AE35u);
            x ^= x >> 16;
            values[index] = x / 4294967296.0;
        }

        return values;
    }
}
