// An ONNX classifier from elsewhere, called as it is: dotnet run --project samples/ForeignModel -- resnet.onnx p.json
// labels.txt cat.jpg
// p.json says size, crop, channel order, scale, mean and deviation: docs/reference/files.md.
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

using ImageClassifier classifier = ImageClassifier.Load(
    args[0],
    new ScoringOptions { PreprocessingFile = args[1], LabelsFile = args[2] }
);
Prediction prediction = classifier.Classify(args[3]);
Console.WriteLine(prediction.Error ?? $"{prediction.Label} {prediction.Probability:P1}");
