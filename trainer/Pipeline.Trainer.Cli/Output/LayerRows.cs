using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Networks.Summaries;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The layers of a network on standard output.</summary>
internal static class LayerRows
{
    /// <summary>Writes a row per layer.</summary>
    /// <param name="layers">The network.</param>
    internal static void Write(LayerTable layers) =>
        ConsoleTable.Write(
            ["layer", "kind", "block", "output shape", "parameters", "trained", "million multiply-adds"],
            layers.Rows.Select(row =>
                (IReadOnlyList<string>)
                    [
                        row.Name,
                        row.Kind,
                        row.Block,
                        row.OutputShape.ToString(),
                        row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                        row.Parameters == 0 ? string.Empty
                        : row.IsTrainable ? "yes"
                        : "no",
                        (row.MultiplyAdds / 1e6).ToString("N2", CultureInfo.InvariantCulture),
                    ]
            ),
            numbers: false,
            optional: ["block", "kind", "million multiply-adds"]
        );
}
