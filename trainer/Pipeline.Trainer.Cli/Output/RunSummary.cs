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
        ComparisonTable.Write(ComparisonFile.Read(run.Comparison), recipe.Publish);
        Console.WriteLine();
        string latest = Path.Combine(Path.GetDirectoryName(run.Path) ?? ".", RunFolder.LatestName);
        Console.WriteLine($"model   {run.File("model.onnx")}  (one file: weights, labels, preprocessing)");
        if (File.Exists(run.File("model.int8.onnx")))
        {
            Console.WriteLine($"int8    {run.File("model.int8.onnx")}  (what it costs and brings: quantization.json)");
        }

        Console.WriteLine($"run     {run.Path}  (also {latest})");
        Console.WriteLine(
            $"next    ./build.sh --target=score --model={Path.Combine(latest, "model.onnx")} --folder=<your images>"
        );
    }
}
