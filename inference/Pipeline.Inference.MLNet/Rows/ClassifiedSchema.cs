using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>The columns before and after the step: first those of the input at their old positions, then the four that are added.</summary>
internal sealed class ClassifiedSchema
{
    /// <summary>Annotation kind that ML.NET reads a vector's slot names from.</summary>
    internal const string SlotNames = "SlotNames";

    /// <summary>Appends the columns.</summary>
    /// <param name="input">The columns before the step.</param>
    /// <param name="inputColumn">Name of the column of images.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="ArgumentException">There is no such column, or it holds no images.</exception>
    internal ClassifiedSchema(DataViewSchema input, string inputColumn, LabelSet labels)
    {
        Images = ImageColumn.Find(input, inputColumn);
        Input = input;
        ClassCount = labels.Count;
        var names = new VBuffer<ReadOnlyMemory<char>>(labels.Count, [.. labels.Select(label => label.AsMemory())]);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, labels.Count), (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(ImageClassificationColumns.Score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), annotations.ToAnnotations());
        builder.AddColumn(ImageClassificationColumns.PredictedLabel, TextDataViewType.Instance);
        builder.AddColumn(ImageClassificationColumns.Probability, NumberDataViewType.Single);
        builder.AddColumn(ImageClassificationColumns.Error, TextDataViewType.Instance);
        Output = builder.ToSchema();
    }

    /// <summary>The columns before the step.</summary>
    internal DataViewSchema Input { get; }

    /// <summary>The columns after it.</summary>
    internal DataViewSchema Output { get; }

    /// <summary>Where the images come from.</summary>
    internal ImageColumn Images { get; }

    /// <summary>Classes K.</summary>
    internal int ClassCount { get; }

    /// <summary>Whether a column after the step is one that the model makes.</summary>
    /// <param name="column">A column of <see cref="Output"/>.</param>
    /// <returns>False for a column of the input.</returns>
    internal bool IsAdded(DataViewSchema.Column column) => column.Index >= Input.Count;

    /// <summary>Which columns of the input some columns of the output need.</summary>
    /// <param name="needed">Columns of <see cref="Output"/>.</param>
    /// <returns>Columns of <see cref="Input"/>, each once: the same ones, and the images when an added column is among them.</returns>
    internal DataViewSchema.Column[] Dependencies(IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        var indexes = needed.Where(column => !IsAdded(column)).Select(column => column.Index).ToHashSet();
        if (needed.Any(IsAdded))
        {
            indexes.Add(Images.Column.Index);
        }

        return [.. indexes.Order().Select(index => Input[index])];
    }
}
