using Microsoft.ML.Transforms;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The mapping behind <see cref="KeyRow"/>, by the name under which ML.NET saves it.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class KeyFactory : CustomMappingFactory<NoColumns, KeyRow>
{
    /// <summary>The name.</summary>
    internal const string Contract = "Pipeline.ImageClassification.Key";

    /// <inheritdoc/>
    public override Action<NoColumns, KeyRow> GetMapping() =>
        (_, row) => row.ImageClassificationKey = KeyRow.Value.AsMemory();
}
