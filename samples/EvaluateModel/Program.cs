// Measures a model on labelled images:  dotnet run --project samples/EvaluateModel -- model.onnx test
// "test" is a folder with one sub-folder per class.
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Scoring;

using ImageClassifier classifier = ImageClassifier.Load(args[0]);
EvaluationReport report = await classifier.EvaluateAsync(args[1]);

ClassificationReport metrics = report.Metrics;
Console.WriteLine(
    $"{metrics.MicroAccuracy:P1} of {metrics.Count} images right, 95 % interval {metrics.MicroAccuracyInterval}; "
        + $"log-loss {metrics.LogLoss:0.000}"
);
foreach (ClassMetrics row in metrics.PerClass)
{
    Console.WriteLine($"{row.Label}: precision {row.Precision:P1}, recall {row.Recall:P1}");
}

foreach (SkippedImage image in report.SkippedImages)
{
    Console.WriteLine($"left out: {image.Path}: {image.Reason}");
}
