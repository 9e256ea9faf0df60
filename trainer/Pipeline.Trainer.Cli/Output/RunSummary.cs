using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Runs;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The last lines of a run: the table of models, where the files are, the next command.</summary>
internal static class RunSummary
{
    /// <summary>Writes the lines.</summary>
    internal static void Write(RunFolder run, Recipe recipe)
    {
        Console.WriteLine();
        ConsoleTable.Write(
            ["model", "accuracy", "parameters", "trained", "seconds"],
            ComparisonFile.Read(run.Comparison).Select(row => (IReadOnlyList<string>)
            [
                row.Model == recipe.Publish ? $"{row.Model} (published)" : row.Model,
                row.MicroAccuracy.ToString("P1", CultureInfo.InvariantCulture),
                row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                row.TrainableParameters.ToString("N0", CultureInfo.InvariantCulture),
                row.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            ]),
            numbers: true);
        string latest = Path.Combine(Path.GetDirectoryName(run.Path) ?? ".", RunFolder.LatestName);
        Console.WriteLine($"model   {run.File("model.onnx")}  (one file: weights, labels, preprocessing)");
        if (File.Exists(run.File("model.int8.onnx")))
        {
            Console.WriteLine($"int8    {run.File("model.int8.onnx")}  (what it costs and brings: quantization.json)");
        }

        Console.WriteLine($"run     {run.Path}  (also {latest})");
        Console.WriteLine($"next    ./build.sh --target=score --model={Path.Combine(latest, "model.onnx")} --folder=<your images>");
    }
}
