using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// The right to use one loaded model: as long as it is held, that model stays, even when the file is replaced. Owned by
/// the caller; hold it for one piece of work and dispose it.
/// </summary>
public sealed class ClassifierLease : IDisposable
{
    private ModelGeneration? generation;

    internal ClassifierLease(ModelGeneration generation) => this.generation = generation;

    /// <summary>The model. Borrowed until this is disposed; do not dispose it.</summary>
    /// <exception cref="ObjectDisposedException">This lease was given back.</exception>
    public ImageClassifier Classifier => Held.Classifier;

    /// <summary>Which load of the file this is: 1 for the first, then counting.</summary>
    /// <exception cref="ObjectDisposedException">This lease was given back.</exception>
    public int Generation => Held.Number;

    private ModelGeneration Held
    {
        get
        {
            ObjectDisposedException.ThrowIf(generation is null, this);
            return generation;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref generation, null)?.Leave();
}
