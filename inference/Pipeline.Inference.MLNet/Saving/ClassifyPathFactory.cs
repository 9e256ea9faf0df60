using Microsoft.ML.Transforms;
using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The mapping of rows with the path of an image, by the name under which ML.NET saves it.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ClassifyPathFactory : CustomMappingFactory<PathRow, ClassifiedRow>
{
    /// <summary>The name.</summary>
    internal const string Contract = "Pipeline.ImageClassification.Path";

    /// <inheritdoc/>
    public override Action<PathRow, ClassifiedRow> GetMapping() =>
        new LoadedMapping<PathRow>((row, _) => ImagePixels.FromPath(row.ImageClassificationInput)).Map;
}
