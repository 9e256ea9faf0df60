using System.Buffers;

namespace Pipeline.Inference.Sessions;

/// <summary>What the network said about a batch: one row per image, in the order of the images. Owned by the caller; the rows are invalid after <see cref="Dispose"/>.</summary>
public sealed class ScoreBatch : IDisposable
{
    private float[]? logits;
    private float[]? probabilities;
    private float[]? features;

    /// <summary>Rents room for the rows.</summary>
    /// <param name="count">Images N.</param>
    /// <param name="classCount">Classes K.</param>
    /// <param name="featureCount">Values of the features of one image; 0 for none.</param>
    internal ScoreBatch(int count, int classCount, int featureCount = 0)
    {
        Count = count;
        ClassCount = classCount;
        FeatureCount = featureCount;
        int length = checked(count * classCount);
        logits = ArrayPool<float>.Shared.Rent(length);
        probabilities = ArrayPool<float>.Shared.Rent(length);
        features = ArrayPool<float>.Shared.Rent(checked(count * featureCount));
    }

    /// <summary>Number of images N.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int ClassCount { get; }

    /// <summary>Values of one image's features; 0 unless the session was opened with <see cref="ScoringOptions.Features"/>.</summary>
    public int FeatureCount { get; }

    /// <summary>Raw scores of all images, row-major <c>float32 [N, K]</c>.</summary>
    public ReadOnlySpan<float> AllLogits => LogitsBuffer;

    /// <summary>softmax(logits / temperature) of all images, row-major <c>float32 [N, K]</c>.</summary>
    public ReadOnlySpan<float> AllProbabilities => ProbabilitiesBuffer;

    /// <summary>The memory behind <see cref="AllLogits"/>, for the session to fill.</summary>
    internal Span<float> LogitsBuffer => Room(logits, ClassCount);

    /// <summary>The memory behind <see cref="AllProbabilities"/>, for the session to fill.</summary>
    internal Span<float> ProbabilitiesBuffer => Room(probabilities, ClassCount);

    /// <summary>The features of all images, for the session to fill.</summary>
    internal Span<float> FeaturesBuffer => Room(features, FeatureCount);

    /// <summary>Raw scores of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Logits(int index) => AllLogits.Slice(Checked(index) * ClassCount, ClassCount);

    /// <summary>Probabilities of one image.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns><c>float32 [K]</c>.</returns>
    public ReadOnlySpan<float> Probabilities(int index) => AllProbabilities.Slice(Checked(index) * ClassCount, ClassCount);

    /// <summary>What the backbone gives for one image: the bottleneck.</summary>
    /// <param name="index">Position in the batch, in [0, N).</param>
    /// <returns>Row-major <c>float32</c> of the shape <see cref="ScoringSession.FeatureShape"/>, a map <c>[C, H, W]</c> or a vector <c>[F]</c>; empty unless features were asked for.</returns>
    public ReadOnlySpan<float> Features(int index) => FeaturesBuffer.Slice(Checked(index) * FeatureCount, FeatureCount);

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(ref logits);
        Return(ref probabilities);
        Return(ref features);
    }

    private static void Return(ref float[]? buffer)
    {
        float[]? rented = Interlocked.Exchange(ref buffer, null);
        if (rented is not null)
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private Span<float> Room(float[]? buffer, int rowLength)
    {
        ObjectDisposedException.ThrowIf(buffer is null, this);
        return buffer.AsSpan(0, Count * rowLength);
    }

    private int Checked(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index;
    }
}
