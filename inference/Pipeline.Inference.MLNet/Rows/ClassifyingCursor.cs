using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>
/// Rows with their predictions. The classifier reads the input ahead on a thread of its own, decodes several images at
/// a time and runs the network once per batch; a row that was read ahead waits in a snapshot until its prediction is
/// there. So the input is read once and in order, and a row's other columns are always those of its image.
/// </summary>
internal sealed class ClassifyingCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor input;
    private readonly ClassifiedSchema schema;
    private readonly HashSet<int> active;
    private readonly SnapshotReader reader;
    private readonly ConcurrentQueue<RowSnapshot> ahead = new(); // read from the input, not yet shown
    private readonly ConcurrentBag<RowSnapshot> free = []; // shown; their memory is used again
    private readonly IEnumerator<Prediction> predictions;
    private RowSnapshot? row;
    private bool disposed;

    /// <summary>Starts before the first row; the input is not read before <see cref="MoveNext"/>.</summary>
    /// <param name="input">The input. Transferred.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="classifier">The model. Borrowed.</param>
    /// <param name="needed">The columns that may be read.</param>
    internal ClassifyingCursor(
        DataViewRowCursor input,
        ClassifiedSchema schema,
        ImageClassifier classifier,
        IReadOnlyCollection<DataViewSchema.Column> needed
    )
    {
        this.input = input;
        this.schema = schema;
        active = [.. needed.Select(column => column.Index)];
        reader = new SnapshotReader(input, [.. active.Where(index => index < schema.Input.Count)]);
        predictions = classifier
            .ClassifyAsync(ReadAhead(ImageReader(classifier.Contract.Preprocessing)))
            .ToBlockingEnumerable()
            .GetEnumerator();
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => schema.Output;

    /// <inheritdoc/>
    public override long Position => row?.Position ?? -1;

    /// <inheritdoc/>
    public override long Batch => row?.Batch ?? 0;

    private RowSnapshot Row =>
        row
        ?? throw new InvalidOperationException(
            "The cursor stands on no row: call MoveNext first, and read no further when it gave false."
        );

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (row is not null)
        {
            free.Add(row);
            row = null;
        }

        return predictions.MoveNext() && ahead.TryDequeue(out row);
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = Row.Id;

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnAccess.Check<TValue>(column, IsColumnActive(column));
        if (schema.IsAdded(column))
        {
            return (ValueGetter<TValue>)schema.Getter(column, Current);
        }

        int index = column.Index;
        return (ref TValue value) => ((ColumnSnapshot<TValue>)Row.Columns[index]).CopyTo(ref value);
    }

    /// <summary>Stops the classifier, which may be in the middle of a batch, and then the input.</summary>
    /// <param name="disposing">Whether the caller disposes; there is no finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            row = null;
            predictions.Dispose(); // returns when nothing reads the input any more
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Where the image of a row comes from: its copy when the image column is shown too, so that a step before (which
    /// may load or make the image) runs once; else the input itself.
    /// </summary>
    private Func<RowSnapshot, ImageSource> ImageReader(Preprocessing preprocessing)
    {
        int index = schema.Images.Column.Index;
        if (active.Contains(index))
        {
            return copy => ImageColumn.From(copy.Columns[index], preprocessing);
        }

        Func<ImageSource> current = schema.Images.Reader(input, preprocessing);
        return _ => current();
    }

    /// <summary>The images of the rows. Runs on the classifier's thread, as far ahead as it decodes.</summary>
    private IEnumerable<ImageSource> ReadAhead(Func<RowSnapshot, ImageSource> imageOf)
    {
        while (input.MoveNext())
        {
            RowSnapshot next = free.TryTake(out RowSnapshot? used) ? used : reader.Create();
            reader.Read(next);
            ImageSource image = imageOf(next);
            ahead.Enqueue(next);
            yield return image;
        }
    }

    private Prediction Current()
    {
        _ = Row;
        return predictions.Current;
    }
}
