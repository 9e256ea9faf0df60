using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>What the tests put in: an image and columns that have to stay with it.</summary>
internal sealed class ImageRow
{
    public string ImagePath { get; set; } = string.Empty;

    public int Index { get; set; }

    public string Note { get; set; } = string.Empty;

    [VectorType(2)]
    public float[] Numbers { get; set; } = [];

    internal static ImageRow Of(string path, int index) =>
        new()
        {
            ImagePath = path,
            Index = index,
            Note = $"note {index}",
            Numbers = [index, -index],
        };

    internal static IDataView View(MLContext mlContext, IEnumerable<string> paths) =>
        mlContext.Data.LoadFromEnumerable(paths.Select(Of));
}

/// <summary>The same and the prediction.</summary>
internal sealed class ClassifiedImageRow
{
    public string ImagePath { get; set; } = string.Empty;

    public int Index { get; set; }

    public string Note { get; set; } = string.Empty;

    public float[] Numbers { get; set; } = [];

    public float[] Score { get; set; } = [];

    public string PredictedLabel { get; set; } = string.Empty;

    public float Probability { get; set; }

    public string Error { get; set; } = string.Empty;
}
