// A classifier inside an application:  dotnet run --project samples/EmbedClassifier -- model.onnx cat.jpg
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

// Load once and keep: any number of threads may use one instance.
using ImageClassifier classifier = ImageClassifier.Load(args[0], new ScoringOptions { Device = ScoringDevice.Auto });
Console.WriteLine($"{classifier.Labels.Count} classes, on {classifier.Device.Effective}");

// From a file, or from bytes such as an upload.
Prediction fromFile = classifier.Classify(args[1]);
Prediction fromBytes = classifier.Classify(await File.ReadAllBytesAsync(args[1]), "upload");

Console.WriteLine(fromFile.Error ?? $"{fromFile.Label} {fromFile.Probability:P1}");
Console.WriteLine(fromBytes.Error ?? $"{fromBytes.Label} {fromBytes.Probability:P1}");
