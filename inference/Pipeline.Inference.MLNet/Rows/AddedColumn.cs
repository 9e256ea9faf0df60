using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>A column that the model adds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Getter">Makes a <see cref="ValueGetter{TValue}"/> of that type from what gives the prediction of the
/// row that the reader stands on.</param>
internal sealed record AddedColumn(string Name, DataViewType Type, Func<Func<Prediction>, Delegate> Getter)
{
    /// <summary>What the column says of itself, such as slot names; <c>null</c> for nothing.</summary>
    internal DataViewSchema.Annotations? Annotations { get; init; }
}
