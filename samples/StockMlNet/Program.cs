using System.Globalization;
// What a chain of ML.NET's own steps makes of the same model, and how far it is from ClassifyImages: dotnet run
// --project samples/StockMlNet -- model.float32.onnx photos
// The model is the float32 variant (pipeline-train export --input float32): ML.NET has no way to hand bytes of an image
// to a graph.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Pipeline.Core.Contracts;
using Pipeline.Inference.MLNet;

var mlContext = new MLContext();
IDataView photos = mlContext.Data.LoadFromEnumerable(
    Directory
        .EnumerateFiles(args[1], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => new Photo { ImagePath = path })
);
using ImageClassificationTransformer ours = mlContext.Transforms.ClassifyImages(mlContext, args[0]).Fit(photos);

// ExtractPixels has one offset and one scale for all channels: enough for this preprocessing, not for ImageNet's means.
Preprocessing rules = ours.Classifier.Contract.Preprocessing;
(double[] multiplier, double[] offset) = rules.AsAffine();
if (multiplier.Distinct().Count() > 1 || offset.Distinct().Count() > 1)
{
    Console.Error.WriteLine(
        "This model normalises each channel by numbers of its own, which ML.NET's ExtractPixels cannot."
    );
    return 2;
}

var stock = mlContext
    .Transforms.LoadImages("loaded", imageFolder: string.Empty, inputColumnName: "ImagePath")
    .Append(
        mlContext.Transforms.ResizeImages(
            "resized",
            rules.Size.Width,
            rules.Size.Height,
            "loaded",
            ImageResizingEstimator.ResizingKind.Fill
        )
    ) // one kernel: nearest
    .Append(
        mlContext.Transforms.ExtractPixels(
            ModelContract.InputName,
            "resized",
            orderOfExtraction: rules.ChannelOrder == ChannelOrder.Rgb
                ? ImagePixelExtractingEstimator.ColorsOrder.ARGB
                : ImagePixelExtractingEstimator.ColorsOrder.ABGR,
            offsetImage: (float)(-offset[0] / multiplier[0]),
            scaleImage: (float)multiplier[0]
        )
    )
    .Append(mlContext.Transforms.ApplyOnnxModel(ModelContract.ProbabilitiesName, ModelContract.InputName, args[0]));

float[][] expected = [.. ours.Transform(photos).GetColumn<float[]>(ImageClassificationColumns.Score)];
float[][] found = [.. stock.Fit(photos).Transform(photos).GetColumn<float[]>(ModelContract.ProbabilitiesName)];
(int Ours, int Stock)[] classes = [.. expected.Zip(found, (first, second) => (IndexOfMax(first), IndexOfMax(second)))];
int otherClass = classes.Count(pair => pair.Ours != pair.Stock);
float largest = expected
    .Zip(found)
    .Max(pair => pair.First.Zip(pair.Second, (first, second) => Math.Abs(first - second)).Max());
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"{expected.Length} images: ML.NET's own chain names another class for {otherClass} "
            + $"({(double)otherClass / expected.Length:P1}); largest difference of a probability {largest:0.000}"
    )
);
foreach (IGrouping<int, (int Ours, int Stock)> group in classes.GroupBy(pair => pair.Ours).OrderBy(group => group.Key))
{
    Console.WriteLine(
        $"  of {group.Count()} that are '{ours.Labels[group.Key]}' to ClassifyImages, "
            + $"{group.Count(pair => pair.Stock != pair.Ours)}"
    );
}

return 0;

static int IndexOfMax(float[] values) => Array.IndexOf(values, values.Max());

/// <summary>What the pipelines take.</summary>
internal sealed class Photo
{
    public string ImagePath { get; set; } = string.Empty;
}
