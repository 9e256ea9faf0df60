using System.Globalization;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Export.Quantization;

/// <summary>The divisor of the logits in a graph that <see cref="ModelExporter"/> wrote.</summary>
internal static class ScoreTemperature
{
    /// <summary>Puts another number in its place.</summary>
    /// <param name="graph">The graph. Changed.</param>
    /// <param name="temperature">The divisor, positive.</param>
    /// <exception cref="ExportException">The graph does not divide its logits by one constant.</exception>
    internal static void Replace(GraphProto graph, double temperature)
    {
        string? scaled = graph.Node.FirstOrDefault(node => node.Output[0] == ModelContract.ProbabilitiesName)?.Input[0];
        NodeProto? division = graph.Node.FirstOrDefault(node => node.OpType == "Div" && node.Output[0] == scaled);
        TensorProto? old = graph.Initializer.FirstOrDefault(tensor => tensor.Name == division?.Input[1]);
        if (old is null)
        {
            string given = temperature.ToString(CultureInfo.InvariantCulture);
            throw new ExportException(
                $"The model does not divide its logits by a temperature, so {given} cannot replace it. "
                    + "Give a calibrated model."
            );
        }

        int place = graph.Initializer.IndexOf(old);
        graph.Initializer[place] = Initializers.Create<float>(
            old.Name,
            TensorProto.Types.DataType.Float,
            old.Dims,
            [(float)temperature]
        );
    }
}
