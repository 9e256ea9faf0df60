using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>
/// A row of the input, copied while the input stood on it. Its memory is used for one row after the other.
/// </summary>
/// <param name="columns">A snapshot per active column, by position in the input.</param>
internal sealed class RowSnapshot(IReadOnlyDictionary<int, ColumnSnapshot> columns)
{
    /// <summary>The values, by position of the column in the input.</summary>
    internal IReadOnlyDictionary<int, ColumnSnapshot> Columns { get; } = columns;

    /// <summary>The row's position in the input.</summary>
    internal long Position { get; set; }

    /// <summary>The row's batch, ML.NET's hint for splitting cursors.</summary>
    internal long Batch { get; set; }

    /// <summary>The row's identity.</summary>
    internal DataViewRowId Id { get; set; }
}
