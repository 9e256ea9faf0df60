using System.Text.Json;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Evaluation;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>What is evaluated, and the files that it is compared with.</summary>
/// <param name="ModelPath">The exported file.</param>
/// <param name="List">Finds the images and their classes, given the model's classes.</param>
/// <param name="NameOf">How the predictions name an image, from its path.</param>
/// <param name="PredictionsPath"><c>predictions.csv</c>; <c>null</c> compares no scores.</param>
/// <param name="EvaluationPath"><c>evaluation.json</c>; <c>null</c> compares no metrics.</param>
internal sealed record EvaluationInputs(
    string ModelPath,
    Func<LabelSet, FolderEvaluation> List,
    Func<string, string> NameOf,
    string? PredictionsPath,
    string? EvaluationPath
)
{
    /// <summary>A folder with one sub-folder per class.</summary>
    internal static EvaluationInputs OfFolder(string model, string folder, string? predictions, string? evaluation) =>
        new(model, labels => FolderEvaluation.Scan(folder, labels), path => path, predictions, evaluation);

    /// <summary>
    /// The test images of a training run, or its validation images where the test images have no labels.
    /// </summary>
    /// <param name="run">Folder of the run.</param>
    /// <returns><c>null</c> when the run was evaluated on no image.</returns>
    /// <exception cref="DatasetException">It is no folder of a complete run.</exception>
    internal static EvaluationInputs? OfRun(string run)
    {
        run = FolderAlias.Resolve(run);
        string root = DataRoot(Path.Combine(run, "run.json"));
        string validation = Path.Combine(run, "predictions.validation.csv"),
            test = Path.Combine(run, "predictions.csv");
        bool isTest = !File.Exists(validation) && HasRows(Path.Combine(run, "split.csv"), "test");
        string predictions = isTest || !File.Exists(validation) ? test : validation;
        if (!File.Exists(predictions))
        {
            return null;
        }

        return new EvaluationInputs(
            Path.Combine(run, "model.onnx"),
            labels =>
            {
                string split = isTest ? "test" : "validation";
                (IReadOnlyList<string> paths, IReadOnlyList<int> truth) = Manifest.Read(
                    Path.Combine(run, "split.csv"),
                    labels,
                    split,
                    root
                );
                return new FolderEvaluation(paths, truth, labels);
            },
            path => Path.GetRelativePath(root, path).Replace('\\', '/'),
            predictions,
            Path.Combine(run, "evaluation.json")
        );
    }

    private static bool HasRows(string manifest, string split) =>
        File.ReadLines(manifest).Any(line => line.Contains($",{split},", StringComparison.Ordinal));

    private static string DataRoot(string path)
    {
        try
        {
            using var record = JsonDocument.Parse(File.ReadAllBytes(path));
            return record.RootElement.GetProperty("dataRoot").GetString()
                ?? throw new KeyNotFoundException("dataRoot is null");
        }
        catch (Exception error)
            when (error
                    is IOException
                        or JsonException
                        or KeyNotFoundException
                        or UnauthorizedAccessException
                        or InvalidOperationException
            )
        {
            throw new DatasetException(
                $"'{path}' does not say where the images of the run are: {error.Message.TrimEnd('.')}. "
                    + "Give --run the folder of a finished run, such as artifacts/cats-dogs-cifar/latest.",
                error
            )
            {
                Subject = path,
            };
        }
    }
}
