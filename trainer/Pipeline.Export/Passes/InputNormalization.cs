using Pipeline.Core.Contracts;

namespace Pipeline.Export.Passes;

/// <summary>
/// How pixels become the network's input: channel c is <c>value[Source[c]] * Multiplier[c] + Offset[c]</c>. Do not
/// modify the arrays.
/// </summary>
/// <param name="Source">Channel of an RGB pixel that each channel of the network reads.</param>
/// <param name="Multiplier">Factor per channel of the network.</param>
/// <param name="Offset">Summand per channel of the network.</param>
internal sealed record InputNormalization(int[] Source, double[] Multiplier, double[] Offset)
{
    /// <summary>What a contract asks for.</summary>
    internal static InputNormalization From(Preprocessing preprocessing)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        return new InputNormalization(
            preprocessing.ChannelOrder == ChannelOrder.Bgr ? [2, 1, 0] : [0, 1, 2],
            multiplier,
            offset
        );
    }
}
