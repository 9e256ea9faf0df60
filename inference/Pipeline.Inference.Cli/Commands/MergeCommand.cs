using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Inference.Cli.Runs;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>merge</c>: the files of all shards in, the file of the whole job out.</summary>
internal sealed class MergeCommand
{
    private readonly Command command = new(
        "merge",
        "Put the files of 'score --shard i/n' together: the bytes that one undivided run gives."
    );
    private readonly Argument<string[]> files = new("files")
    {
        Description = "The files of all shards, in any order, each with its .run.json beside it.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "File of predictions.",
        Required = true,
    };

    private readonly Option<bool> force = OutputFile.Force();

    private MergeCommand()
    {
        command.Arguments.Add(files);
        command.Options.Add(output);
        command.Options.Add(force);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new MergeCommand().command;

    private int Run(ParseResult parsed)
    {
        string[] shards = parsed.GetRequiredValue(files);
        string target = parsed.GetRequiredValue(output);
        OutputFile.Check(target, OutputKind.Predictions, parsed.GetValue(force), shards);
        long rows = ShardMerger.Merge(shards, target);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"merged  {rows} rows of {shards.Length} shards")
        );
        Console.WriteLine($"written {target}");
        return ExitCodes.Done;
    }
}
