using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Data;
using Pipeline.CommandLine;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>The command line of the program.</summary>
internal sealed class EvaluateMLNetCommand
{
    private const string Description = """
        Evaluates a model through an ML.NET pipeline: LoadFromEnumerable, ClassifyImages,
        MulticlassClassification.Evaluate. Compares its scores with predictions.csv and its
        metrics with evaluation.json; any difference is listed and is a failure.

        Examples:
          pipeline-evaluate-mlnet --run artifacts/cats-dogs-cifar/latest
          pipeline-evaluate-mlnet --model model.onnx --folder test
          pipeline-evaluate-mlnet --model model.onnx --folder test --predictions predictions.csv

        Exit codes: 0 equal, 1 different or failed, 2 bad usage or input, 130 interrupted.
        """;

    private const int MostLines = 10;

    private readonly Option<string?> run = new("--run")
    {
        Description = "Folder of a training run: its model, test images, predictions and metrics.",
    };
    private readonly Option<string?> model = new("--model", "-m") { Description = "The exported file, model.onnx." };
    private readonly Option<string?> folder = new("--folder", "-f")
    {
        Description = "Folder with one sub-folder of images per class.",
    };
    private readonly Option<string?> predictions = new("--predictions")
    {
        Description = "predictions.csv to compare the scores with.",
    };
    private readonly Option<string?> evaluation = new("--evaluation")
    {
        Description = "evaluation.json to compare the metrics with.",
    };

    /// <summary>Makes the command.</summary>
    internal static RootCommand Create()
    {
        var command = new EvaluateMLNetCommand();
        var root = new RootCommand(Description)
        {
            command.run,
            command.model,
            command.folder,
            command.predictions,
            command.evaluation,
        };
        root.Validators.Add(result =>
        {
            bool isRun = result.GetValue(command.run) is not null;
            bool isFolder = result.GetValue(command.model) is not null && result.GetValue(command.folder) is not null;
            if (isRun == isFolder)
            {
                result.AddError("Give --run, or --model and --folder.");
            }
        });
        root.SetAction((parsed, cancellationToken) => Task.FromResult(command.Run(parsed, cancellationToken)));
        return root;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        EvaluationInputs? inputs = parsed.GetValue(run) is string runFolder
            ? EvaluationInputs.OfRun(runFolder)
            : EvaluationInputs.OfFolder(
                parsed.GetValue(model) ?? string.Empty,
                parsed.GetValue(folder) ?? string.Empty,
                parsed.GetValue(predictions),
                parsed.GetValue(evaluation)
            );
        if (inputs is null)
        {
            Console.WriteLine("ML.NET: the run has no labelled test images, so there is nothing to compare.");
            return ExitCodes.Done;
        }

        using MLNetEvaluation evaluated = MLNetEvaluation.Run(inputs, cancellationToken);
        MulticlassClassificationMetrics metrics = evaluated.Metrics;
        ConsoleTable.Write(["through ML.NET", "value"], Rows(evaluated, metrics), numbers: true);

        var differences = new Differences();
        if (inputs.PredictionsPath is string csv)
        {
            differences.ComparePredictions(csv, evaluated);
        }

        if (inputs.EvaluationPath is string json)
        {
            differences.CompareMetrics(json, metrics);
        }

        return Report(inputs, differences, evaluated.Rows.Count);
    }

    private static IEnumerable<string[]> Rows(MLNetEvaluation evaluated, MulticlassClassificationMetrics metrics)
    {
        yield return ["images", FormattableString.Invariant($"{evaluated.Rows.Count}")];
        yield return
        [
            "could not be read",
            FormattableString.Invariant($"{evaluated.Rows.Count(row => row.Error.Length > 0)}"),
        ];
        yield return ["micro accuracy", FormattableString.Invariant($"{metrics.MicroAccuracy:P2}")];
        yield return ["macro accuracy", FormattableString.Invariant($"{metrics.MacroAccuracy:P2}")];
        yield return ["log-loss", FormattableString.Invariant($"{metrics.LogLoss:0.0000}")];
        yield return ["log-loss reduction", FormattableString.Invariant($"{metrics.LogLossReduction:0.0000}")];
    }

    private static int Report(EvaluationInputs inputs, Differences differences, int images)
    {
        if (differences.Found.Count == 0)
        {
            string[] compared =
            [
                .. new[] { inputs.PredictionsPath, inputs.EvaluationPath }
                    .OfType<string>()
                    .Select(path => Path.GetFileName(path)),
            ];
            Console.WriteLine(
                compared.Length == 0
                    ? "Nothing was given to compare with: see --predictions and --evaluation."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"ML.NET agrees with {string.Join(" and ", compared)} on {images} images; "
                            + $"the largest difference of a probability is {differences.Largest:0.0e+0}."
                    )
            );
            return ExitCodes.Done;
        }

        foreach (string difference in differences.Found.Take(MostLines))
        {
            Console.Error.WriteLine(difference);
        }

        if (differences.Found.Count > MostLines)
        {
            Console.Error.WriteLine(
                FormattableString.Invariant($"... and {differences.Found.Count - MostLines} more.")
            );
        }

        Console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"error: ML.NET's results differ from the files in {differences.Found.Count} places. "
                    + $"The files belong to another model or other images, or one of the two scorers is wrong."
            )
        );
        return ExitCodes.Failed;
    }
}
