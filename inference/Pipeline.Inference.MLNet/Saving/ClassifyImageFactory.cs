using Microsoft.ML.Transforms;
using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The mapping of rows with a decoded image, by the name under which ML.NET saves it.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ClassifyImageFactory : CustomMappingFactory<ImageRow, ClassifiedRow>
{
    /// <summary>The name.</summary>
    internal const string Contract = "Pipeline.ImageClassification.Image";

    /// <inheritdoc/>
    public override Action<ImageRow, ClassifiedRow> GetMapping() =>
        new LoadedMapping<ImageRow>(
            (row, preprocessing) => ImagePixels.FromImage(row.ImageClassificationInput, preprocessing)
        ).Map;
}
