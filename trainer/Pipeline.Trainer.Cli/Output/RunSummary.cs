using Pipeline.Trainer.Runs;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The last lines of a run: the table of models, where the files are, the next command.</summary>
internal static class RunSummary
{
    /// <summary>Writes the lines.</summary>
    internal static void Write(TrainedRun run)
    {
        Console.WriteLine();
        ComparisonTable.Write(run.Models, run.Published);
        Console.WriteLine();
        string latest = Path.Combine(Path.GetDirectoryName(run.Folder) ?? ".", RunFolder.LatestName);
        Console.WriteLine($"model   {run.ModelPath}  (one file, nothing else is needed)");
        if (run.Int8ModelPath is string int8)
        {
            Console.WriteLine($"int8    {int8}  (see quantization.json)");
        }

        Console.WriteLine($"run     {run.Folder}  (also {latest})");
        Console.WriteLine(
            $"next    ./build.sh --target=score --model={Path.Combine(latest, "model.onnx")} --folder=<your images>"
        );
    }
}
