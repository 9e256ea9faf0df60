// A classifier inside an application:  dotnet run --project samples/EmbedClassifier -- model.onnx cat.jpg
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

// Load once and keep: any number of threads may use one instance.
using ImageClassifier classifier = ImageClassifier.Load(args[0], new ScoringOptions { Device = ScoringDevice.Auto });
Prediction prediction = classifier.Classify(args[1]);
Console.WriteLine(prediction.Error ?? $"{prediction.Label} {prediction.Probability:P1}");

// From bytes, such as an upload.
Prediction upload = classifier.Classify(await File.ReadAllBytesAsync(args[1]), "upload");
Console.WriteLine(upload.Error ?? $"{upload.Label} {upload.Probability:P1}, on {classifier.Device.Effective}");
