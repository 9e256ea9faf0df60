using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Reporting;

/// <summary>
/// Writes predictions to a stream, one row per file met, invariant culture, UTF-8, LF: equal predictions give equal
/// bytes. CSV has the columns <c>path,label,probability,error</c>, with true labels
/// <c>true_label</c>, with a top k <c>label2,probability2</c> and so on, with all scores one per class; what an error
/// leaves open is empty. JSON lines have the same four keys, <c>trueLabel</c>,
/// <c>top</c> and <c>scores</c>. Not thread-safe; dispose it to flush.
/// </summary>
public abstract class PredictionWriter : IDisposable
{
    /// <summary>Only the spellings of <see cref="PredictionFormat"/> derive from this.</summary>
    private protected PredictionWriter() { }

    /// <summary>Makes a writer.</summary>
    /// <param name="format">Spelling.</param>
    /// <param name="stream">Receives the text. Borrowed: it stays open.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="allScores">Whether every class's probability is written, not only the best one's.</param>
    /// <returns>The writer, its header written. Owned by the caller.</returns>
    public static PredictionWriter Create(PredictionFormat format, Stream stream, LabelSet labels, bool allScores) =>
        Create(format, stream, labels, new PredictionWriterOptions { AllScores = allScores });

    /// <summary>Makes a writer.</summary>
    /// <param name="format">Spelling.</param>
    /// <param name="stream">Receives the text. Borrowed: it stays open.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="options">What a row holds.</param>
    /// <returns>The writer. Owned by the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is none, or the top k is below 1.</exception>
    public static PredictionWriter Create(
        PredictionFormat format,
        Stream stream,
        LabelSet labels,
        PredictionWriterOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TopK, 1, nameof(options));
        return format switch
        {
            PredictionFormat.Csv => new CsvPredictionWriter(stream, labels, options),
            PredictionFormat.JsonLines => new JsonLinesPredictionWriter(stream, labels, options),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    /// <summary>Writes one row.</summary>
    /// <param name="prediction">The prediction. Borrowed.</param>
    public abstract void Write(Prediction prediction);

    /// <summary>Hands every row so far to the stream.</summary>
    public abstract void Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what is still buffered and lets go of the stream.</summary>
    private protected abstract void Close();
}
