using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Runs;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>compare</c>: the table of a finished run's models, made again from what each answered.</summary>
internal sealed class CompareRunCommand
{
    private readonly Command command = new(
        "compare",
        "Compare the models of a finished run on its test images, image by image; writes the run's comparison.json "
            + "again."
    );
    private readonly Option<string> run = new("--run")
    {
        Description = "Folder of a finished run, such as artifacts/<recipe>/latest.",
        Required = true,
    };

    private CompareRunCommand()
    {
        command.Options.Add(run);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new CompareRunCommand().command;

    private int Run(ParseResult parsed)
    {
        (RunFolder folder, RunRecord record) = FinishedRun.Require(parsed.GetRequiredValue(run));
        IReadOnlyList<ComparisonRow> rows = RunComparison.Compare(
            folder,
            [.. record.Models.Select(model => model.Row)]
        );
        if (rows.Count > 1 && rows.All(row => row.Against is null or []))
        {
            throw new DatasetException(
                $"Run '{folder.Path}' has no predictions of images with labels that two of its models could read, "
                    + "so there is nothing to compare them by. Train again with --force, "
                    + "with labelled test or validation images."
            )
            {
                Subject = folder.Path,
            };
        }

        ComparisonFile.Write(folder.Comparison, rows);
        ComparisonTable.Write(rows, published: null);
        return ExitCodes.Done;
    }
}
