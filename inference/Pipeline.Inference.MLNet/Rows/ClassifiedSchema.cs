using Microsoft.ML;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>The columns before and after a step: first those of the input at their old positions, then those that the
/// model adds.</summary>
internal sealed class ClassifiedSchema
{
    private readonly AddedColumn[] added;

    /// <summary>Appends the columns.</summary>
    /// <param name="input">The columns before the step.</param>
    /// <param name="inputColumn">Name of the column of images.</param>
    /// <param name="added">The columns that the step adds.</param>
    /// <exception cref="ArgumentException">There is no such column, or it holds no images.</exception>
    internal ClassifiedSchema(DataViewSchema input, string inputColumn, AddedColumn[] added)
    {
        Images = ImageColumn.Find(input, inputColumn);
        Input = input;
        this.added = added;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (AddedColumn column in added)
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }

        Output = builder.ToSchema();
    }

    /// <summary>The columns before the step.</summary>
    internal DataViewSchema Input { get; }

    /// <summary>The columns after it.</summary>
    internal DataViewSchema Output { get; }

    /// <summary>Where the images come from.</summary>
    internal ImageColumn Images { get; }

    /// <summary>Whether a column after the step is one that the model makes.</summary>
    /// <param name="column">A column of <see cref="Output"/>.</param>
    /// <returns>False for a column of the input.</returns>
    internal bool IsAdded(DataViewSchema.Column column) => column.Index >= Input.Count;

    /// <summary>Makes the getter of an added column.</summary>
    /// <param name="column">One that is added.</param>
    /// <param name="current">Gives the prediction of the row that the reader stands on.</param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's type.</returns>
    internal Delegate Getter(DataViewSchema.Column column, Func<Prediction> current) =>
        added[column.Index - Input.Count].Getter(current);

    /// <summary>Which columns of the input some columns of the output need.</summary>
    /// <param name="needed">Columns of <see cref="Output"/>.</param>
    /// <returns>
    /// Columns of <see cref="Input"/>, each once: the same ones, and the images when an added column is among them.
    /// </returns>
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
