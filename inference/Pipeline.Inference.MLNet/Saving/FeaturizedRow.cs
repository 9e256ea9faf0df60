using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The columns of a featurization as ML.NET's custom mapping knows them. They serve for the shape of a schema
/// alone: a loaded pipeline is restored before it gives features.</summary>
internal sealed class FeaturizedRow
{
    /// <summary>Features.</summary>
    public VBuffer<float> Features { get; set; }

    /// <summary>Why there are none.</summary>
    public ReadOnlyMemory<char> Error { get; set; }

    /// <summary>Adds these columns to the shape of a schema, as <see cref="ClassifiedRow.Shape"/> does.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="input">The shape before.</param>
    /// <param name="name">Name of the column of features.</param>
    /// <returns>The shape after.</returns>
    internal static SchemaShape Shape(MLContext mlContext, SchemaShape input, string name)
    {
        var columns = SchemaDefinition.Create(typeof(FeaturizedRow), SchemaDefinition.Direction.Write);
        // of known size: a shape has no more to say
        columns[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        columns[nameof(Features)].ColumnName = name;
        return mlContext
            .Transforms.CustomMapping<NoColumns, FeaturizedRow>(
                (_, _) => { },
                contractName: null,
                outputSchemaDefinition: columns
            )
            .GetOutputSchema(input);
    }
}
