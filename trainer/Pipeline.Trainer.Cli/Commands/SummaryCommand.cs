using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>summary</c>: the layer table of a network, as it is trained.</summary>
internal sealed class SummaryCommand
{
    private readonly Command command = new(
        "summary",
        "Show the layers of a network: output shape, parameters, trainable or not, multiply-adds."
    );
    private readonly Argument<string> network = new("network")
    {
        Description = $"One of: {string.Join(", ", NetworkCatalog.Names)}.",
    };
    private readonly Option<int> size = new("--size")
    {
        Description = "Side of the input images in pixels.",
        DefaultValueFactory = _ => 224,
    };
    private readonly Option<string?> cut = new("--cut") { Description = "Node or block where the backbone ends." };
    private readonly Option<string?> head = new("--head")
    {
        Description =
            "Layers of the head, joined by semicolons, such as 'flatten; dense: 256; dense: classes', "
            + "or 'pretrained'. Without: the backbone alone.",
    };
    private readonly Option<int> classes = new("--classes")
    {
        Description = "Number of classes of the head.",
        DefaultValueFactory = _ => 2,
    };
    private readonly Option<string> train = new("--train")
    {
        Description =
            "What is trained, as in a phase: none, head, all, 'last: 2', 'from: block5', 'layers: [head, mixed9]'.",
        DefaultValueFactory = _ => "all",
    };

    private SummaryCommand()
    {
        command.Arguments.Add(network);
        command.Options.Add(size);
        command.Options.Add(cut);
        command.Options.Add(head);
        command.Options.Add(classes);
        command.Options.Add(train);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new SummaryCommand().command;

    private int Run(ParseResult parsed)
    {
        NetworkGraph graph = Build(parsed);
        IReadOnlySet<string> trained = TrainableNodes.Find(
            graph,
            TrainableReader.Parse(parsed.GetRequiredValue(train), "--train")
        );
        LayerTable table = LayerTable.Create(graph, node => trained.Contains(node.Name));
        LayerRows.Write(table);
        Console.WriteLine(table);
        return ExitCodes.Done;
    }

    private NetworkGraph Build(ParseResult parsed)
    {
        int side = parsed.GetValue(size);
        string text = parsed.GetValue(head) ?? string.Empty;
        HeadLayer[] layers =
        [
            .. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(HeadNotation.Read),
        ];
        int outputs = layers is [PretrainedLayer { Groups: null }]
            ? NetworkCatalog.ClassifierOutputs
            : parsed.GetValue(classes);
        var spec = new NetworkSpec(
            parsed.GetRequiredValue(network),
            parsed.GetValue(cut),
            layers,
            new ImageSize(side, side),
            outputs
        );
        return layers.Length == 0 ? spec.BuildBackbone() : spec.Build();
    }
}
