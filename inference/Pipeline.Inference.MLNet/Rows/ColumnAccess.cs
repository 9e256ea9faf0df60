using Microsoft.ML;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>What every row checks before it hands out a getter.</summary>
internal static class ColumnAccess
{
    /// <summary>
    /// Refuses a column that was not asked for when the row was made, and a value of another type than the column's.
    /// </summary>
    /// <typeparam name="TValue">Type of the values that are wanted.</typeparam>
    /// <param name="column">The column.</param>
    /// <param name="isActive">Whether it was asked for.</param>
    /// <exception cref="InvalidOperationException">One of the two.</exception>
    internal static void Check<TValue>(DataViewSchema.Column column, bool isActive)
    {
        if (!isActive)
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' is not active. Name it among the columns needed when the cursor is made."
            );
        }

        if (column.Type.RawType != typeof(TValue))
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType}, a getter of {typeof(TValue)} was asked for."
            );
        }
    }
}
