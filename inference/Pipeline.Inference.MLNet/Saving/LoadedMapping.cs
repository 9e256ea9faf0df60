using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>
/// The mapping of a pipeline that ML.NET loaded itself. It is told the state with the first row, and opens the model
/// then; the model stays open as long as the pipeline is in use, since ML.NET tells a mapping nothing of its end.
/// Thread-safe.
/// </summary>
/// <typeparam name="TRow">The row with the image.</typeparam>
/// <param name="readImage">Takes the image out of a row.</param>
internal sealed class LoadedMapping<TRow>(Func<TRow, Preprocessing, ImageSource> readImage)
    where TRow : StateRow
{
    private readonly Lock opening = new();
    private volatile ImageClassifier? classifier;

    /// <summary>Classifies the image of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="result">Receives the prediction.</param>
    /// <exception cref="PipelineException">The model cannot be opened; the next row tries again.</exception>
    internal void Map(TRow row, ClassifiedRow result)
    {
        ImageClassifier model = classifier ?? Open(row);
        result.Fill(model.Classify(readImage(row, model.Contract.Preprocessing)), model.Labels.Count);
    }

    private ImageClassifier Open(TRow row)
    {
        lock (opening)
        {
            var state = SavedState.FromJson(row.ImageClassificationState.ToString());
            return state.FeatureColumn is null
                ? classifier ??= state.Open(options: null)
                : throw new ModelContractException(
                    "The pipeline gives the features of images, and ML.NET's own Load cannot know how many "
                        + "there are. Load it with mlContext.Model.LoadWithImageClassification."
                )
                {
                    Subject = state.ModelPath,
                };
        }
    }
}
