using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>weights</c>: list the known ones, look into a file, convert one, fetch one.</summary>
internal sealed class WeightsCommand
{
    private readonly Argument<string> file = new("file")
    {
        Description = "A .pth, .pt, .safetensors, .onnx or .h5 file, or the folder of a TensorFlow.js bundle.",
    };
    private readonly Argument<string> name = new("name")
    {
        Description = $"One of: {string.Join(", ", WeightsRegistry.Names)}.",
    };
    private readonly Option<string?> network = new("--network", "-n") { Description = "A network of the catalog." };
    private readonly Option<string> forNetwork = new("--network", "-n")
    {
        Description = "A network of the catalog.",
        Required = true,
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The safetensors file to write.",
        Required = true,
    };
    private readonly Option<bool> replaceHead = new("--replace-head")
    {
        Description = "Leave the file's classifier out.",
    };
    private readonly Option<string> artifacts = new("--artifacts")
    {
        Description = "Folder of all outputs; downloads are kept in its cache/weights, or in PIPELINE_CACHE.",
        DefaultValueFactory = _ => "artifacts",
    };

    private readonly Option<bool> force = OutputFile.Force();

    /// <summary>Makes the verb.</summary>
    internal static Command Create()
    {
        var made = new WeightsCommand();
        var list = new Command(
            "list",
            "List the weights that are known by name: network, input range, whether they are here, licence."
        )
        {
            made.network,
            made.artifacts,
        };
        list.SetAction(made.List);
        var inspect = new Command("inspect", "List the tensors of a file of weights. Nothing in it is run.")
        {
            made.file,
        };
        inspect.SetAction(made.Inspect);
        var import = new Command(
            "import",
            "Convert a file of weights to safetensors; with --network, checked against it and under its names."
        )
        {
            made.file,
            made.output,
            made.force,
            made.network,
            made.replaceHead,
        };
        import.SetAction(made.Import);
        var fetch = new Command("fetch", "Fetch known weights into the cache, or go on with an interrupted download.")
        {
            made.name,
            made.forNetwork,
            made.artifacts,
        };
        fetch.SetAction(made.FetchAsync);
        return new Command("weights", "Pretrained weights: list, inspect, import, fetch.")
        {
            list,
            inspect,
            import,
            fetch,
        };
    }

    private int List(ParseResult parsed)
    {
        WeightsStore store = Hand(parsed).Store;
        string? only = parsed.GetValue(network);
        IEnumerable<WeightsEntry> entries = WeightsRegistry.Entries.Where(entry =>
            only is null || entry.Network == only
        );
        ConsoleTable.Write(
            ["network", "weights", "input", "size", "here", "licence"],
            entries.Select(entry =>
                (IReadOnlyList<string>)
                    [
                        entry.Network,
                        entry.Name,
                        entry.Range.Name,
                        entry.Size.ToString(CultureInfo.InvariantCulture),
                        store.Locate(entry).IsThere ? "yes" : "no",
                        entry.Licence,
                    ]
            ),
            numbers: false
        );
        return ExitCodes.Done;
    }

    private int Inspect(ParseResult parsed)
    {
        ImportedWeights imported = Read(parsed);
        ConsoleTable.Write(
            ["tensor", "type", "shape"],
            imported.Tensors.Select(tensor =>
                (IReadOnlyList<string>)[tensor.Name, tensor.ElementType.ToString(), tensor.ShapeText]
            ),
            numbers: false
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{imported.Format}: {imported.Tensors.Count} tensors, "
                    + $"{imported.Tensors.Sum(tensor => tensor.ElementCount):N0} values"
            )
        );
        return ExitCodes.Done;
    }

    private int Import(ParseResult parsed)
    {
        string target = parsed.GetRequiredValue(output);
        OutputFile.Check(
            target,
            new OutputKind("a file of weights", [".safetensors"]),
            parsed.GetValue(force),
            [parsed.GetValue(file)]
        );
        ImportedWeights imported = Read(parsed);
        WeightSet tensors = imported.Tensors;
        if (parsed.GetValue(network) is string wanted)
        {
            MatchedWeights matched = WeightsMatch.Match(
                NetworkCatalog.Create(wanted, new ImageSize(224, 224)),
                imported,
                parsed.GetValue(replaceHead) ? HeadUse.Replace : HeadUse.Require
            );
            WriteNotes(matched.Notes.Skip(imported.Notes.Count));
            tensors = matched.Weights;
        }

        AtomicFile.Write(
            target,
            new SafetensorsFile(tensors, new Dictionary<string, string>(StringComparer.Ordinal)).Write
        );
        Console.WriteLine($"written {target}: {tensors.Count} tensors");
        Console.WriteLine(
            $"next    backbone: {{ name: {parsed.GetValue(network) ?? "<network>"}, weights: {target} }} in a recipe"
        );
        return ExitCodes.Done;
    }

    private async Task<int> FetchAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WeightsEntry entry = WeightsRegistry.Require(
            parsed.GetRequiredValue(name),
            parsed.GetRequiredValue(forNetwork)
        );
        string path = await Hand(parsed)
            .Store.EnsureAsync(entry, Console.WriteLine, cancellationToken)
            .ConfigureAwait(false);
        Console.WriteLine($"here    {path}");
        Console.WriteLine($"next    backbone: {{ name: {entry.Network}, weights: {entry.Name} }} in a recipe");
        return ExitCodes.Done;
    }

    private ImportedWeights Read(ParseResult parsed)
    {
        ImportedWeights imported = WeightsFile.Read(parsed.GetRequiredValue(file));
        WriteNotes(imported.Notes);
        return imported;
    }

    private WeightsAtHand Hand(ParseResult parsed) =>
        new(Path.Combine(CacheFolders.Root(parsed.GetRequiredValue(artifacts)), "weights"), Console.WriteLine);

    private static void WriteNotes(IEnumerable<string> notes)
    {
        foreach (string note in notes)
        {
            Console.WriteLine(note);
        }
    }
}
