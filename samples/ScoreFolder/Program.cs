// Scores a folder and writes predictions.csv:  dotnet run --project samples/ScoreFolder -- model.onnx photos
using Pipeline.Core.Files;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

using ImageClassifier classifier = ImageClassifier.LoadForManyImages(args[0]);
await AtomicFile.WriteAsync(
    "predictions.csv",
    async (stream, cancellationToken) =>
    {
        using PredictionWriter writer = PredictionWriter.Create(
            PredictionFormat.Csv,
            stream,
            classifier.Labels,
            allScores: false
        );
        await foreach (var prediction in classifier.ClassifyFolderAsync(args[1], cancellationToken))
        {
            writer.Write(prediction); // a file that is no readable image is a row with the reason
        }
    }
);
