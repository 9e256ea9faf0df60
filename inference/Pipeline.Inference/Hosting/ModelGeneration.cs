using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// One loaded state of the model file, with a count of its users: the host and each call under way. The last one to
/// leave disposes the model, so that a replaced model ends after its last answer.
/// </summary>
/// <param name="classifier">The model. Transferred.</param>
/// <param name="number">1 for the first, then counting.</param>
/// <param name="stamp">The file that it was loaded from.</param>
internal sealed class ModelGeneration(ImageClassifier classifier, int number, FileStamp? stamp)
{
    private int users = 1; // the host

    internal ImageClassifier Classifier => classifier;

    internal int Number => number;

    internal FileStamp? Stamp => stamp;

    /// <summary>Counts one more user, unless the model is gone.</summary>
    /// <returns><c>false</c> when the last user has left.</returns>
    internal bool TryEnter()
    {
        int seen = Volatile.Read(ref users);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref users, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Counts one user less.</summary>
    internal void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            classifier.Dispose();
        }
    }
}
