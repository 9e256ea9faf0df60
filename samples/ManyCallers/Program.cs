// Many callers on one classifier, joined into common runs of the network: dotnet run --project samples/ManyCallers --
// model.onnx photos
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

// A service loads it once; each request awaits its own answer.
using ImageClassifier classifier = ImageClassifier.Load(
    args[0],
    new ScoringOptions
    {
        MicroBatching = new MicroBatchingOptions { MaxBatchSize = 32 },
        MinimumConfidence = 0.7f, // below it, no answer is better than a wrong one
    }
);

await Parallel.ForEachAsync(
    Directory.EnumerateFiles(args[1]),
    new ParallelOptions { MaxDegreeOfParallelism = 64 },
    async (path, cancellationToken) =>
    {
        await using FileStream upload = File.OpenRead(path);
        Prediction prediction = await classifier.ClassifyAsync(upload, path, cancellationToken);
        Console.WriteLine(
            $"{path}: {prediction.Error ?? (prediction.IsRejected ? "not certain enough" : prediction.Label)}"
        );
    }
);
