using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Random starting weights: kernels and matrices Glorot or He uniform, biases 0, scales as their specs say (mostly 1),
/// running statistics 0 and 1. Each value depends on the seed, the tensor's name and its position only, so a layer
/// added elsewhere changes nothing here.
/// </summary>
/// <remarks>
/// Sources: Glorot and Bengio 2010, equation 16: uniform in +-sqrt(6 / (fan in + fan out)); He et al. 2015,
/// arXiv:1502.01852, equation 10: the same with variance 2 / fan in.
/// </remarks>
internal static class ParameterInitializer
{
    private const long Purpose = 0x1417;

    /// <summary>Makes the starting value of one tensor.</summary>
    /// <param name="spec">The tensor.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="init">How kernels and matrices start.</param>
    /// <returns>Float values in managed memory.</returns>
    public static TensorData Create(ParameterSpec spec, int seed, WeightInit init = WeightInit.GlorotUniform)
    {
        var values = new float[spec.Count];
        switch (spec.Role)
        {
            case ParameterRole.Weight:
                FillUniform(values, spec, seed, init);
                break;
            case ParameterRole.Scale or ParameterRole.Spread:
                Array.Fill(values, (float)spec.Start);
                break;
        }

        return TensorData.FromFloat32(spec.Key, spec.Shape, values);
    }

    private static void FillUniform(Span<float> values, ParameterSpec spec, int seed, WeightInit init)
    {
        long window = spec.Shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        double limit = Math.Sqrt(
            6.0 / ((spec.Shape[1] + (init == WeightInit.GlorotUniform ? spec.Shape[0] : 0)) * window)
        );
        long name = NameNumber(spec.Key);
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = (float)(((2 * CounterRandom.Uniform(seed, Purpose, name, index)) - 1) * limit);
        }
    }

    /// <summary>A number for a name that is the same in every process.</summary>
    private static long NameNumber(string key) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key)), 0);
}
