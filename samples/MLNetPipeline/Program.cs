// MLNetPipeline <model.onnx> <folder> <pipeline.zip>   classifies a folder, writes the pipeline
// MLNetPipeline <pipeline.zip> <image>                 loads the pipeline, classifies one image
using Microsoft.ML;
using Pipeline.Inference.MLNet;

var mlContext = new MLContext();
if (args is [var modelPath, var folder, var savedPath])
{
    IDataView images = mlContext.Data.LoadFromEnumerable(
        Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(path => new Input { ImagePath = path })
    );
    using ImageClassificationTransformer transformer = mlContext
        .Transforms.ClassifyImages(mlContext, modelPath)
        .Fit(images);
    foreach (
        Output row in mlContext.Data.CreateEnumerable<Output>(transformer.Transform(images), reuseRowObject: false)
    )
    {
        Console.WriteLine(row.Text);
    }

    mlContext.Model.Save(transformer, images.Schema, savedPath);
    return 0;
}

using PredictionEngine<Input, Output> engine = mlContext.Model.CreatePredictionEngine<Input, Output>(
    mlContext.Model.LoadWithImageClassification(mlContext, args[0], out _)
);
Console.WriteLine(engine.Predict(new Input { ImagePath = args[1] }).Text);
return 0;

/// <summary>What the pipeline takes.</summary>
internal sealed class Input
{
    public string ImagePath { get; set; } = string.Empty;
}

/// <summary>What it gives.</summary>
internal sealed class Output
{
    public string ImagePath { get; set; } = string.Empty;

    public string PredictedLabel { get; set; } = string.Empty;

    public float Probability { get; set; }

    public float[] Score { get; set; } = [];

    public string Error { get; set; } = string.Empty;

    public string Text =>
        Error.Length > 0
            ? $"{ImagePath}: {Error}"
            : FormattableString.Invariant($"{ImagePath}: {PredictedLabel} {Probability:R}");
}
