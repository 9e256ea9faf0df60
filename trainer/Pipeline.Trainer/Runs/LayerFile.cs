using System.Globalization;
using Pipeline.Core.Files;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Runs;

/// <summary>The layer table of a model, <c>layers.csv</c>.</summary>
internal static class LayerFile
{
    /// <summary>Writes the table.</summary>
    /// <param name="layers">A row per node of backbone and head.</param>
    /// <param name="path">
    /// Path of the CSV file: <c>layer,kind,block,output_shape,parameters,trained,multiply_adds</c>.
    /// </param>
    /// <exception cref="IOException">The table cannot be written.</exception>
    public static void Write(LayerTable layers, string path)
    {
        ArgumentNullException.ThrowIfNull(layers);
        AtomicFile.WriteText(
            path,
            CsvText.Format(
                ["layer", "kind", "block", "output_shape", "parameters", "trained", "multiply_adds"],
                layers.Rows.Select(row =>
                    new[]
                    {
                        row.Name,
                        row.Kind,
                        row.Block,
                        row.OutputShape.ToString(),
                        row.Parameters.ToString(CultureInfo.InvariantCulture),
                        row.IsTrainable ? "true" : "false",
                        row.MultiplyAdds.ToString(CultureInfo.InvariantCulture),
                    }
                )
            )
        );
    }
}
