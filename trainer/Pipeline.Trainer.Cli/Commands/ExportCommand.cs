using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Export;
using Pipeline.Networks.Checkpoints;
using Pipeline.Trainer.Cli.Runs;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>export</c>: a checkpoint in, a checked ONNX file out.</summary>
internal sealed class ExportCommand
{
    private readonly Command command = new("export", "Write a checkpoint as one ONNX file, published only if it passes the gate.");
    private readonly Option<string> checkpoint = new("--checkpoint", "-c") { Description = "A checkpoint of a run, a .safetensors file.", Required = true };
    private readonly Option<string> output = new("--output", "-o") { Description = "The ONNX file to write.", Required = true };
    private readonly Option<string?> golden = new("--golden") { Description = "The gate's reference. Default: golden.safetensors of the checkpoint's run." };
    private readonly Option<string?> imageRoot = new("--image-root") { Description = "Folder that the reference's image paths start from, to decode the originals again." };

    private ExportCommand()
    {
        foreach (Option option in new Option[] { checkpoint, output, golden, imageRoot })
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new ExportCommand().command;

    private int Run(ParseResult parsed)
    {
        string source = parsed.GetRequiredValue(checkpoint);
        string target = parsed.GetRequiredValue(output);
        string reference = parsed.GetValue(golden) ?? Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(source))) ?? ".", "golden.safetensors");
        Checkpoint trained = Checkpoint.Load(source);
        string candidate = Path.ChangeExtension(target, ".candidate.onnx");
        ModelExporter.Export(trained, candidate);
        var gate = new ExportGate(reference, parsed.GetValue(imageRoot), trained.Contract.Labels);
        Console.WriteLine(gate.Publish(candidate, target, Path.ChangeExtension(target, ".rejected.onnx"), Path.ChangeExtension(target, ".gate.json")));
        Console.WriteLine($"written {target}");
        Console.WriteLine($"next    pipeline-score inspect --model {target}");
        return ExitCodes.Done;
    }
}
