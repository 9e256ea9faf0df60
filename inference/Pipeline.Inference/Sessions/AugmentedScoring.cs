using System.Runtime.InteropServices;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.Sessions;

/// <summary>Scores a batch as the session's options say: once, or once more mirrored.</summary>
internal static class AugmentedScoring
{
    /// <summary>Scores a batch.</summary>
    /// <param name="session">The model. Borrowed.</param>
    /// <param name="pixels"><c>uint8 [count, H, W, 3]</c>, RGB. Borrowed.</param>
    /// <param name="count">Number of images N, also 0.</param>
    /// <returns>One row per image; the probabilities are the mean over the views. Owned by the caller.</returns>
    internal static ScoreBatch Score(ScoringSession session, ReadOnlySpan<byte> pixels, int count)
    {
        ScoreBatch scores = session.Score(pixels, count);
        if (session.Options.TestTimeAugmentation == TestTimeAugmentation.None || count == 0)
        {
            return scores;
        }

        try
        {
            ImageSize size = session.Contract.Preprocessing.Size;
            using ImageBatch mirrored = ImageBatch.Rent(count, size);
            Mirror(pixels, mirrored.Pixels, size.Width);
            using ScoreBatch others = session.Score(mirrored);
            Span<float> own = scores.ProbabilitiesBuffer;
            ReadOnlySpan<float> other = others.AllProbabilities;
            for (int index = 0; index < own.Length; index++)
            {
                own[index] = (own[index] + other[index]) * 0.5f;
            }

            return scores;
        }
        catch
        {
            scores.Dispose();
            throw;
        }
    }

    /// <summary>Exchanges left and right.</summary>
    /// <param name="pixels"><c>uint8 [N, H, W, 3]</c>. Borrowed.</param>
    /// <param name="mirrored">Receives as many bytes.</param>
    /// <param name="width">Columns W.</param>
    internal static void Mirror(ReadOnlySpan<byte> pixels, Span<byte> mirrored, int width)
    {
        ReadOnlySpan<Rgb> from = MemoryMarshal.Cast<byte, Rgb>(pixels);
        Span<Rgb> to = MemoryMarshal.Cast<byte, Rgb>(mirrored);
        for (int row = 0; row < from.Length; row += width)
        {
            from.Slice(row, width).CopyTo(to[row..]);
            to.Slice(row, width).Reverse();
        }
    }

    /// <summary>One pixel.</summary>
    private readonly record struct Rgb(byte Red, byte Green, byte Blue);
}
