using System.Globalization;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Summaries;

/// <summary>One row of a layer table.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Kind">Operation.</param>
/// <param name="Block">Block.</param>
/// <param name="OutputShape">Shape of the result for one image.</param>
/// <param name="Parameters">Values in its tensors, buffers included.</param>
/// <param name="IsTrainable">Whether the given set trains it.</param>
/// <param name="MultiplyAdds">Multiplications with addition for one image.</param>
public sealed record LayerRow(
    string Name,
    string Kind,
    string Block,
    FeatureShape OutputShape,
    long Parameters,
    bool IsTrainable,
    long MultiplyAdds
);

/// <summary>The layer table of a network: name, output shape, parameters, trainable or not, cost.</summary>
public sealed class LayerTable
{
    private LayerTable(IReadOnlyList<LayerRow> rows, long trainable)
    {
        Rows = rows;
        Parameters = rows.Sum(row => row.Parameters);
        TrainableParameters = trainable;
        MultiplyAdds = rows.Sum(row => row.MultiplyAdds);
    }

    /// <summary>One row per node.</summary>
    public IReadOnlyList<LayerRow> Rows { get; }

    /// <summary>Values in all tensors, buffers included, as Keras counts them.</summary>
    public long Parameters { get; }

    /// <summary>Values that the set trains; buffers never count.</summary>
    public long TrainableParameters { get; }

    /// <summary>Multiplications with addition for one image.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Makes the table.</summary>
    /// <param name="graph">A network. Borrowed.</param>
    /// <param name="isTrainable">Which nodes are trained; <c>null</c> means all.</param>
    /// <returns>The table.</returns>
    public static LayerTable Create(NetworkGraph graph, Func<Node, bool>? isTrainable = null)
    {
        bool Trains(Node node) => isTrainable is null || isTrainable(node);
        IReadOnlyList<LayerRow> rows =
        [
            .. graph.Nodes.Select(node => new LayerRow(
                node.Name,
                node.Operation.Kind,
                node.Block,
                node.OutputShape,
                node.Parameters.Sum(parameter => parameter.Count),
                Trains(node) && node.Parameters.Any(parameter => parameter.IsTrainable),
                node.MultiplyAdds
            )),
        ];
        long trainable = graph
            .Nodes.Where(Trains)
            .SelectMany(node => node.Parameters)
            .Where(parameter => parameter.IsTrainable)
            .Sum(parameter => parameter.Count);
        return new LayerTable(rows, trainable);
    }

    /// <summary>The totals in one line.</summary>
    /// <returns>Parameters, trainable parameters and multiply-adds.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Parameters:N0} parameters, {TrainableParameters:N0} trainable, {MultiplyAdds / 1e6:N1} million "
                + $"multiply-adds per image"
        );
}
