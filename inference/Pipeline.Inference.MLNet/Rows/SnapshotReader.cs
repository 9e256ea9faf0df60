using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>Copies rows of a cursor.</summary>
internal sealed class SnapshotReader
{
    private readonly DataViewRowCursor input;
    private readonly ValueGetter<DataViewRowId> readId;
    private readonly Dictionary<int, Func<ColumnSnapshot>> factories;

    /// <summary>Prepares the getters.</summary>
    /// <param name="input">The cursor. Borrowed.</param>
    /// <param name="columns">Positions of the columns to copy; active ones.</param>
    internal SnapshotReader(DataViewRowCursor input, int[] columns)
    {
        this.input = input;
        readId = input.GetIdGetter();
        factories = columns.ToDictionary(index => index, index => ColumnSnapshot.Factory(input, input.Schema[index]));
    }

    /// <summary>Makes an empty row.</summary>
    /// <returns>The row.</returns>
    internal RowSnapshot Create() => new(factories.ToDictionary(pair => pair.Key, pair => pair.Value()));

    /// <summary>Copies the row that the cursor stands on.</summary>
    /// <param name="row">Receives it.</param>
    internal void Read(RowSnapshot row)
    {
        DataViewRowId id = default;
        readId(ref id);
        row.Id = id;
        row.Position = input.Position;
        row.Batch = input.Batch;
        foreach (ColumnSnapshot column in row.Columns.Values)
        {
            column.Read();
        }
    }
}
