using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Summaries;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>summary</c>: the layer table of a network.</summary>
internal sealed class SummaryCommand
{
    private readonly Command command = new("summary", "Show the layers of a network: output shape, parameters, multiply-adds.");
    private readonly Argument<string> network = new("network") { Description = $"One of: {string.Join(", ", NetworkCatalog.Names)}." };
    private readonly Option<int> size = new("--size") { Description = "Side of the input images in pixels.", DefaultValueFactory = _ => 224 };
    private readonly Option<string?> cut = new("--cut") { Description = "Node where the backbone ends." };

    private SummaryCommand()
    {
        command.Arguments.Add(network);
        command.Options.Add(size);
        command.Options.Add(cut);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new SummaryCommand().command;

    private int Run(ParseResult parsed)
    {
        int side = parsed.GetValue(size);
        NetworkGraph graph = NetworkCatalog.Create(parsed.GetRequiredValue(network), new ImageSize(side, side));
        if (parsed.GetValue(cut) is string node)
        {
            graph = graph.CutAt(node);
        }

        LayerTable table = LayerTable.Of(graph);
        ConsoleTable.Write(
            ["layer", "kind", "block", "output shape", "parameters", "million multiply-adds"],
            table.Rows.Select(row => (IReadOnlyList<string>)[row.Name, row.Kind, row.Block, row.OutputShape.ToString(), row.Parameters.ToString("N0", CultureInfo.InvariantCulture), (row.MultiplyAdds / 1e6).ToString("N2", CultureInfo.InvariantCulture)]),
            numbers: false);
        Console.WriteLine(table);
        return ExitCodes.Done;
    }
}
