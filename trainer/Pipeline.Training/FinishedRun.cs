using Pipeline.Core.Errors;
using Pipeline.Trainer.Runs;

namespace Pipeline.Training;

/// <summary>A run that another command reads from.</summary>
internal static class FinishedRun
{
    /// <summary>Finds its record.</summary>
    /// <param name="path">Path of its folder, or of <c>latest</c>.</param>
    /// <returns>The names in it, and what it says of itself.</returns>
    /// <exception cref="DatasetException">The folder is no finished run.</exception>
    internal static (RunFolder Folder, RunRecord Record) Require(string path)
    {
        RunFolder folder = RunFolder.At(path);
        return RunRecord.Find(folder.Record) is { State: RunState.Complete } record
            ? (folder, record)
            : throw new DatasetException(
                $"Folder '{path}' is no finished run: its run.json "
                    + (
                        File.Exists(folder.Record)
                            ? "is of another version, or does not say that it is complete. "
                            : "is missing. "
                    )
                    + "Give a folder such as artifacts/<recipe>/latest."
            )
            {
                Subject = path,
            };
    }
}
