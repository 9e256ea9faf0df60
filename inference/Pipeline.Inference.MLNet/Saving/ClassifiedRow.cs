using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>
/// The added columns as ML.NET's custom mapping knows them: fields of a class, named as in <see cref="ColumnNames"/>.
/// </summary>
internal sealed class ClassifiedRow
{
    /// <summary>Probabilities.</summary>
    public VBuffer<float> Score;

    /// <summary>Text of the best class.</summary>
    public ReadOnlyMemory<char> PredictedLabel;

    /// <summary>Its probability.</summary>
    public float Probability;

    /// <summary>Why there is no prediction.</summary>
    public ReadOnlyMemory<char> Error;

    /// <summary>
    /// Adds these columns to the shape of a schema. ML.NET lets nobody make the shape of a column, so it comes from an
    /// estimator of its own that adds the same ones.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="input">The shape before.</param>
    /// <returns>The shape after.</returns>
    internal static SchemaShape Shape(MLContext mlContext, SchemaShape input)
    {
        var columns = SchemaDefinition.Create(typeof(ClassifiedRow), SchemaDefinition.Direction.Write);
        // of known size: a shape has no more to say
        columns[nameof(Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        columns[nameof(Score)]
            .AddAnnotation(
                AddedColumns.SlotNames,
                default(VBuffer<ReadOnlyMemory<char>>),
                new VectorDataViewType(TextDataViewType.Instance, 1)
            );
        return mlContext
            .Transforms.CustomMapping<NoColumns, ClassifiedRow>(
                (_, _) => { },
                contractName: null,
                outputSchemaDefinition: columns
            )
            .GetOutputSchema(input);
    }

    /// <summary>Takes a prediction over.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="classCount">Classes K.</param>
    internal void Fill(Prediction prediction, int classCount)
    {
        AddedColumns.Write(prediction, prediction.Probabilities, classCount, ref Score);
        PredictedLabel = prediction.Label.AsMemory();
        Probability = AddedColumns.Probability(prediction);
        Error = prediction.Error.AsMemory();
    }
}
