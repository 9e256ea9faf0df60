using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Export;
using Pipeline.Inference.Sessions;

namespace Pipeline.Training.Gate;

/// <summary>
/// Publishes a foreign ONNX classifier with a contract, after the inference package has opened it and scored with it.
/// </summary>
internal static class ForeignExport
{
    private const int GoldenCount = 2;

    /// <summary>Embeds a contract, records the golden logits and moves the file into place.</summary>
    /// <param name="foreign">The ONNX file made elsewhere.</param>
    /// <param name="contractPath">JSON file with labels and preprocessing.</param>
    /// <param name="candidate">Path for the file until it is checked; gone afterwards.</param>
    /// <param name="published">Where it goes.</param>
    /// <param name="timeout">
    /// Longest time for opening the classifier and for each run of it; <c>null</c> is no limit.
    /// </param>
    /// <param name="overdue">Called with a message when it takes longer, on another thread; ends the process.</param>
    /// <returns>One sentence about what was checked.</returns>
    /// <exception cref="ModelContractException">
    /// The file is no classifier that the inference package can serve, or contradicts the contract.
    /// </exception>
    internal static string Publish(
        string foreign,
        string contractPath,
        string candidate,
        string published,
        TimeSpan? timeout,
        Action<string> overdue
    )
    {
        ForeignContract contract = ForeignContract.Read(contractPath);
        try
        {
            ForeignModel.Embed(foreign, contract, golden: null, candidate);
            GoldenSample golden;
            using (ScoringSession session = Open(candidate, foreign, timeout, overdue))
            {
                golden = Record(session, foreign);
                BatchCheck.Require(session);
            }

            ForeignModel.Embed(foreign, contract, golden, candidate);
            using (ScoringSession session = Open(candidate, foreign, timeout, overdue))
            {
                AtomicFile.Move(candidate, published);
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"contract embedded: {session.Inputs[0]} to {contract.Contract.Labels.Count} classes, "
                        + $"golden logits of {GoldenCount} images recorded, "
                        + $"self-test difference {session.SelfTestDifference:G3}. Its accuracy was not checked: "
                        + $"run pipeline-score evaluate."
                );
            }
        }
        finally
        {
            File.Delete(candidate);
        }
    }

    private static ScoringSession Open(string candidate, string foreign, TimeSpan? timeout, Action<string> overdue)
    {
        try
        {
            return ScoringSession.Open(
                candidate,
                new ScoringOptions
                {
                    Device = ScoringDevice.Cpu,
                    Timeout = timeout,
                    Overdue = overdue,
                }
            );
        }
        catch (ModelContractException error)
        {
            throw new ModelContractException(
                $"'{foreign}' cannot be served: {error.Message.Replace(candidate, foreign, StringComparison.Ordinal)}",
                error
            )
            {
                Subject = foreign,
            };
        }
    }

    /// <summary>
    /// Scores the synthetic images, together and one by one: a graph whose answer depends on the batch is refused.
    /// </summary>
    private static GoldenSample Record(ScoringSession session, string foreign)
    {
        ImageSize size = session.Contract.Preprocessing.Size;
        byte[] pixels = new byte[GoldenCount * size.RgbBytes];
        GoldenSample.FillPixels(pixels, GoldenCount, size);
        using ScoreBatch scores = session.Score(pixels, GoldenCount);
        float[] logits = scores.AllLogits.ToArray();
        if (logits.Any(value => !float.IsFinite(value)))
        {
            throw new ModelContractException(
                $"'{foreign}' gives scores that are not finite on the synthetic images. Check its input scaling."
            )
            {
                Subject = foreign,
            };
        }

        return new GoldenSample(GoldenSample.RampFormula, GoldenCount, logits);
    }
}
