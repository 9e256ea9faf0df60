using System.CommandLine;
using System.CommandLine.Parsing;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Export;
using Pipeline.Networks.Checkpoints;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Training.Gate;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>export</c>: a checkpoint or a foreign ONNX classifier in, a checked ONNX file out.</summary>
internal sealed class ExportCommand
{
    private const long ForeignMemory = 4_000_000_000;

    private readonly Command command = new(
        "export",
        "Write a checkpoint as one ONNX file, published only if it passes the gate; "
            + "or give a foreign ONNX classifier a contract."
    );
    private readonly Option<string?> checkpoint = new("--checkpoint", "-c")
    {
        Description = "A checkpoint of a run, a .safetensors file.",
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The ONNX file to write.",
        Required = true,
    };
    private readonly Option<string> input = new Option<string>("--input")
    {
        Description = "uint8: pixels [N, H, W, 3], the graph normalises. float32: normalised images [N, 3, H, W].",
        DefaultValueFactory = _ => "uint8",
    }.AcceptOnlyFromAmong("uint8", "float32");
    private readonly Option<string> precision = new Option<string>("--precision")
    {
        Description = "fp32, or fp16: weights and layers in half precision, half the file.",
        DefaultValueFactory = _ => "fp32",
    }.AcceptOnlyFromAmong("fp32", "fp16");
    private readonly Option<bool> features = new("--features")
    {
        Description = "Add the output 'features': what the backbone gives, before the head.",
    };
    private readonly Option<string?> golden = new("--golden")
    {
        Description = "The gate's reference. Default: golden.safetensors of the checkpoint's run.",
    };
    private readonly Option<string?> imageRoot = new("--image-root")
    {
        Description = "Folder that the reference's image paths start from, to decode the originals again.",
    };
    private readonly Option<string?> from = new("--from")
    {
        Description = "Instead of a checkpoint: an ONNX classifier made elsewhere.",
    };
    private readonly Option<string?> contract = new("--contract")
    {
        Description =
            "With --from: a JSON file with the classifier's labels and preprocessing, see docs/reference/files.md.",
    };

    private readonly Option<int> timeout = new("--timeout")
    {
        Description =
            "With --from: longest time for opening the classifier and for each run of it, in seconds; 0 is no limit.",
        DefaultValueFactory = _ => 60,
    };
    private readonly Option<bool> force = OutputFile.Force();

    private ExportCommand()
    {
        foreach (
            Option option in new Option[]
            {
                checkpoint,
                output,
                input,
                precision,
                features,
                golden,
                imageRoot,
                from,
                contract,
                timeout,
                force,
            }
        )
        {
            command.Options.Add(option);
        }

        command.Validators.Add(CheckSource);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new ExportCommand().command;

    private void CheckSource(CommandResult result)
    {
        bool isForeign = result.GetResult(from) is not null;
        if (isForeign == result.GetResult(checkpoint) is not null)
        {
            result.AddError("Give either --checkpoint, or --from with --contract.");
        }
        else if (isForeign != result.GetResult(contract) is not null)
        {
            result.AddError(
                isForeign
                    ? "--from needs --contract, a JSON file with labels and preprocessing."
                    : "--contract goes with --from; a checkpoint has its own."
            );
        }
        else if (
            isForeign
            && new Option[] { input, precision, features, golden, imageRoot }.FirstOrDefault(option =>
                result.GetResult(option) is { Implicit: false }
            )
                is { } other
        )
        {
            result.AddError(
                $"{other.Name} does not go with --from: the graph of a foreign classifier is kept as it is."
            );
        }
    }

    private int Run(ParseResult parsed)
    {
        string target = parsed.GetRequiredValue(output);
        OutputFile.Check(
            target,
            OutputKind.Model,
            parsed.GetValue(force),
            [parsed.GetValue(checkpoint), parsed.GetValue(from), parsed.GetValue(contract), parsed.GetValue(golden)]
        );
        OutputFile.Check(
            GateReport(target),
            OutputKind.Json("a report of the gate", "maxAbsLogitDifference"),
            parsed.GetValue(force),
            []
        );
        string candidate = Path.Combine(
            Path.GetDirectoryName(target) ?? string.Empty,
            $".{Path.GetFileName(target)}.candidate"
        );
        Console.WriteLine(
            parsed.GetValue(from) is string foreign
                ? PublishForeign(parsed, foreign, candidate, target)
                : Publish(parsed, parsed.GetRequiredValue(checkpoint) ?? string.Empty, candidate, target)
        );
        Console.WriteLine($"written {target}");
        Console.WriteLine($"next    pipeline-score inspect --model {target}");
        return ExitCodes.Done;
    }

    private string PublishForeign(ParseResult parsed, string foreign, string candidate, string target)
    {
        if (File.Exists(foreign))
        {
            // a graph from a stranger may ask for any amount
            MemoryLimit.Set(ForeignMemory + (8 * new FileInfo(foreign).Length));
        }

        TimeSpan? limit = parsed.GetValue(timeout) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        return ForeignExport.Publish(
            foreign,
            parsed.GetRequiredValue(contract) ?? string.Empty,
            candidate,
            target,
            limit,
            Programs.EndByInput
        );
    }

    private string Publish(ParseResult parsed, string source, string candidate, string target)
    {
        string reference =
            parsed.GetValue(golden)
            ?? Path.Combine(
                Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(source))) ?? ".",
                "golden.safetensors"
            );
        if (!File.Exists(reference))
        {
            throw new WeightsException(
                $"The gate's reference '{reference}' does not exist, and nothing is published unchecked. "
                    + "Give the golden.safetensors of the run with --golden."
            )
            {
                Subject = reference,
            };
        }

        var options = new ExportOptions
        {
            Input = WireNames.Parse<ExportInput>(parsed.GetRequiredValue(input), "--input"),
            Precision = WireNames.Parse<ExportPrecision>(parsed.GetRequiredValue(precision), "--precision"),
            Features = parsed.GetValue(features),
        };
        ModelContract written = Export(source, candidate, options);
        // The gate's session needs the room that the checkpoint took, and the collector does not see the session: give
        // it back to the system now
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var gate = new ExportGate(reference, parsed.GetValue(imageRoot), written, options.Features);
        var file = new GatedFile(candidate, target, Path.ChangeExtension(target, ".rejected.onnx"));
        return GateText.Describe(gate.Publish(file, GateReport(target)));
    }

    /// <summary>A method of its own, so that nothing holds the checkpoint when it returns.</summary>
    private static string GateReport(string target) => Path.ChangeExtension(target, ".gate.json");

    private static ModelContract Export(string source, string candidate, ExportOptions options) =>
        ModelExporter.Export(Checkpoint.Load(source), candidate, options);
}
