using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// The start-up self-test: a model on a device must score its synthetic images as its trainer did, and turn logits into
/// probabilities by the temperature of its contract.
/// </summary>
internal static class SelfTest
{
    /// <summary>Scores the golden images.</summary>
    /// <param name="session">The model. Borrowed.</param>
    /// <param name="golden">Its golden images and logits.</param>
    /// <returns>Largest absolute difference of a logit.</returns>
    /// <exception cref="ModelContractException">Logits or probabilities are too far off.</exception>
    internal static double Run(ScoringSession session, GoldenSample golden)
    {
        ModelContract contract = session.Contract;
        ImageSize size = contract.Preprocessing.Size;
        byte[] pixels = new byte[checked(golden.Count * size.RgbBytes)];
        GoldenSample.FillPixels(pixels, golden.Count, size);
        using ScoreBatch scores = session.Score(pixels, golden.Count);
        double difference = Tolerance.MaxDifference(scores.AllLogits, golden.Logits);
        double allowed = Tolerance.Absolute(golden.Logits, contract.Precision.LogitTolerance);
        if (difference > allowed)
        {
            throw Failed(
                session,
                FormattableString.Invariant(
                    $"its logits differ from the trainer's by {difference:g3}, allowed are {allowed:g3}"
                ),
                "The file is damaged or this device computes other numbers; export it again, or try device 'cpu'."
            );
        }

        double found = ProbabilityCheck.MaxDifference(scores, contract.Temperature);
        double explained = ProbabilityCheck.Allowed(scores.AllLogits, contract.Temperature);
        if (found > explained)
        {
            string expected = FormattableString.Invariant(
                $"softmax(logits / {contract.Temperature}), the temperature of its contract"
            );
            throw Failed(
                session,
                FormattableString.Invariant(
                    $"its probabilities differ by {found:g3} from {expected}, allowed are {explained:g3}"
                ),
                "The file was changed; export it again."
            );
        }

        return difference;
    }

    private static ModelContractException Failed(ScoringSession session, string why, string remedy)
    {
        string device = WireNames.ToKebab(session.Device.Effective);
        string model = session.ModelPath;
        return new($"Model '{model}' failed its self-test on {device}: {why}. {remedy}") { Subject = model };
    }
}
