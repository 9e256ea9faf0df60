namespace Pipeline.Inference.Sessions;

/// <summary>
/// What the network said about a batch: one row per image, in the order of the images. Owned by the caller; the rows
/// are invalid after <see cref="Dispose"/>.
/// </summary>
public sealed class ScoreBatch : IDisposable
{
    private readonly RunBufferPool pool;
    private RunBuffers? buffers;

    /// <summary>Wraps the rows of a run.</summary>
    /// <param name="pool">Where the buffers go back to. Borrowed.</param>
    /// <param name="takenBuffers">The rows. Transferred.</param>
    /// <param name="count">Images N.</param>
    /// <param name="classCount">Classes K.</param>
    /// <param name="featureCount">Values of the features of one image; 0 for none.</param>
    internal ScoreBatch(RunBufferPool pool, RunBuffers takenBuffers, int count, int classCount, int featureCount)
    {
        this.pool = pool;
        buffers = takenBuffers;
        Count = count;
        ClassCount = classCount;
        FeatureCount = featureCount;
    }

    /// <summary>Number of images N.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int ClassCount { get; }

    /// <summary>
    /// Values of one image's features; 0 unless the session was opened with <see cref="ScoringOptions.Features"/>.
    /// </summary>
    public int FeatureCount { get; }

    /// <summary>
    /// Raw scores of all images, row-major <c>float32 [N, K]</c>; the logarithms of the probabilities when the model
    /// gives nothing else.
    /// </summary>
    public ReadOnlySpan<float> AllLogits => Buffers.Logits.AsSpan(0, Count * ClassCount);

    /// <summary>softmax(logits / temperature) of all images, row-major <c>float32 [N, K]</c>.</summary>
    public ReadOnlySpan<float> AllProbabilities => ProbabilitiesBuffer;

    /// <summary>The memory behind <see cref="AllProbabilities"/>, for those who average several runs.</summary>
    internal Span<float> ProbabilitiesBuffer => Buffers.Probabilities.AsSpan(0, Count * ClassCount);

    private RunBuffers Buffers => buffers ?? throw new ObjectDisposedException(nameof(ScoreBatch));

    /// <summary>Raw scores of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Logits(int index) => AllLogits.Slice(Checked(index) * ClassCount, ClassCount);

    /// <summary>Probabilities of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Probabilities(int index) =>
        AllProbabilities.Slice(Checked(index) * ClassCount, ClassCount);

    /// <summary>What the backbone gives for one image: the bottleneck.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns>
    /// Row-major <c>float32</c> of the shape <see cref="ScoringSession.FeatureShape"/>, a map <c>[C, H, W]</c> or a
    /// vector <c>[F]</c>; empty unless features were asked for.
    /// </returns>
    public ReadOnlySpan<float> Features(int index) =>
        Buffers.Features.AsSpan(Checked(index) * FeatureCount, FeatureCount);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffers, null) is { } taken)
        {
            pool.Return(taken);
        }
    }

    private int Checked(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index;
    }
}
