using Microsoft.ML.Transforms;
using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The mapping of rows with the bytes of an image file, by the name under which ML.NET saves it.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ClassifyBytesFactory : CustomMappingFactory<BytesRow, ClassifiedRow>
{
    /// <summary>The name.</summary>
    internal const string Contract = "Pipeline.ImageClassification.Bytes";

    /// <inheritdoc/>
    public override Action<BytesRow, ClassifiedRow> GetMapping() =>
        new LoadedMapping<BytesRow>((row, _) => ImagePixels.FromBytes(row.ImageClassificationInput)).Map;
}
