using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Whether a model answers for an image what it answers for it beside others. One in training mode, or exported for a
/// batch of one size, does not: its scores would depend on how the images happen to be put together.
/// </summary>
public static class BatchCheck
{
    private const int Images = 3;

    /// <summary>Scores synthetic images together, in another order, and each alone.</summary>
    /// <param name="session">A model that is open.</param>
    /// <exception cref="ModelContractException">The scores differ by more than float32 arithmetic explains.</exception>
    public static void Require(ScoringSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        ImageSize size = session.Contract.Preprocessing.Size;
        byte[] pixels = new byte[Images * size.RgbBytes];
        GoldenSample.FillPixels(pixels, Images, size);
        using ScoreBatch together = session.Score(pixels, Images);
        double allowed = Tolerance.Absolute(together.AllLogits, session.Contract.Precision.LogitTolerance);
        for (int index = 0; index < Images; index++)
        {
            byte[] image = pixels[(index * size.RgbBytes)..((index + 1) * size.RgbBytes)];
            Compare(session, together.Logits(index), image, images: 1, allowed);
            byte[] pair = [.. image, .. pixels[^size.RgbBytes..]];
            Compare(session, together.Logits(index), pair, images: 2, allowed);
        }
    }

    private static void Compare(
        ScoringSession session,
        ReadOnlySpan<float> expected,
        byte[] pixels,
        int images,
        double allowed
    )
    {
        using ScoreBatch scores = session.Score(pixels, images);
        double difference = Tolerance.MaxDifference(expected, scores.Logits(0));
        if (!(difference <= allowed))
        {
            throw new ModelContractException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Model '{session.ModelPath}' answers otherwise for an image in a batch of {images} than in one "
                        + $"of {Images}: logits differ by {difference:g3}, allowed are {allowed:g3}. "
                        + $"Export it in evaluation mode, with a dynamic batch."
                )
            )
            {
                Subject = session.ModelPath,
            };
        }
    }
}
