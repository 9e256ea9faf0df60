// MLNetFeatures <model.onnx> <folder>   trains a classifier of ML.NET on the features of a folder and measures it.
// The folder has a folder of images per class, of any classes; the model was exported with its features:
//   pipeline-train export --checkpoint best.safetensors --output model.onnx --features
using Microsoft.ML;
using Pipeline.Inference.MLNet;

(string modelPath, string folder) = (args[0], args[1]);
var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadFromEnumerable(
    Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => new Photo
        {
            ImagePath = path,
            Name = Path.GetFileName(Path.GetDirectoryName(path)) ?? string.Empty,
        })
);
DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(images, testFraction: 0.25);

// The trainer reads its data many times; the checkpoint keeps the features, so that the network runs once per image.
var pipeline = mlContext
    .Transforms.Conversion.MapValueToKey("Label", nameof(Photo.Name))
    .Append(mlContext.Transforms.FeaturizeImages(mlContext, modelPath))
    .Append(mlContext.Transforms.NormalizeMeanVariance("Features"))
    .AppendCacheCheckpoint(mlContext)
    .Append(
        mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            l2Regularization: 0.01f,
            maximumNumberOfIterations: 20
        )
    );
using var trained = pipeline.Fit(split.TrainSet);

var metrics = mlContext.MulticlassClassification.Evaluate(trained.Transform(split.TestSet));
Console.WriteLine(
    FormattableString.Invariant(
        $"accuracy {metrics.MicroAccuracy:P1}, log-loss {metrics.LogLoss:0.000} on a quarter of the images"
    )
);

/// <summary>What the pipeline takes.</summary>
internal sealed class Photo
{
    public string ImagePath { get; set; } = string.Empty;

    public string Name { get; set; } = string.Empty;
}
