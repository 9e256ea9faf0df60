using System.Buffers;

namespace Pipeline.Inference.Sessions;

/// <summary>What the network said about a batch: one row per image, in the order of the images. Owned by the caller; the rows are invalid after <see cref="Dispose"/>.</summary>
public sealed class ScoreBatch : IDisposable
{
    private float[]? logits;
    private float[]? probabilities;

    /// <summary>Rents room for the rows.</summary>
    /// <param name="count">Images N.</param>
    /// <param name="classCount">Classes K.</param>
    internal ScoreBatch(int count, int classCount)
    {
        Count = count;
        ClassCount = classCount;
        int length = checked(count * classCount);
        logits = ArrayPool<float>.Shared.Rent(length);
        probabilities = ArrayPool<float>.Shared.Rent(length);
    }

    /// <summary>Number of images N.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int ClassCount { get; }

    /// <summary>Raw scores of all images, row-major <c>float32 [N, K]</c>.</summary>
    public ReadOnlySpan<float> AllLogits => LogitsBuffer;

    /// <summary>softmax(logits / temperature) of all images, row-major <c>float32 [N, K]</c>.</summary>
    public ReadOnlySpan<float> AllProbabilities => ProbabilitiesBuffer;

    /// <summary>The memory behind <see cref="AllLogits"/>, for the session to fill.</summary>
    internal Span<float> LogitsBuffer => Room(logits);

    /// <summary>The memory behind <see cref="AllProbabilities"/>, for the session to fill.</summary>
    internal Span<float> ProbabilitiesBuffer => Room(probabilities);

    /// <summary>Raw scores of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Logits(int index) => AllLogits.Slice(Offset(index), ClassCount);

    /// <summary>Probabilities of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Probabilities(int index) => AllProbabilities.Slice(Offset(index), ClassCount);

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(ref logits);
        Return(ref probabilities);
    }

    private static void Return(ref float[]? buffer)
    {
        float[]? rented = Interlocked.Exchange(ref buffer, null);
        if (rented is not null)
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private Span<float> Room(float[]? buffer)
    {
        ObjectDisposedException.ThrowIf(buffer is null, this);
        return buffer.AsSpan(0, Count * ClassCount);
    }

    private int Offset(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index * ClassCount;
    }
}
