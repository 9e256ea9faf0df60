using System.Globalization;
using Pipeline.Inference.Verification;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>What the gate compared, in words.</summary>
internal static class GateText
{
    /// <summary>One sentence, and a line per image with another class.</summary>
    /// <param name="report">A report that passed.</param>
    internal static string Describe(VerificationReport report)
    {
        string budget =
            report.Top1Budget > 0
                ? string.Create(CultureInfo.InvariantCulture, $" (budget {1 - report.Top1Budget:P1})")
                : string.Empty;
        string features =
            report.FeatureImages > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $", features of {report.FeatureImages} images within {report.MaxAbsFeatureDifference:G3} "
                        + $"(tolerance {report.FeatureTolerance:G3})"
                )
                : string.Empty;
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"gate passed: {report.Images} images, largest logit difference {report.MaxAbsLogitDifference:G3} "
                + $"(tolerance {report.Tolerance:G3}), top-1 agreement {report.Top1Agreement:P1}{budget}, "
                + $"{report.ImagesDecodedEqual} images decoded to equal bytes{features}"
        );
        IEnumerable<string> disagreements = report.Disagreements.Select(image =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {(image.Counted ? "differs" : "undecided")}: {image.Image}: trainer {image.Expected}, "
                    + $"model {image.Found}, margin {image.Margin:G3}"
            )
        );
        return string.Join('\n', [sentence, .. disagreements]);
    }
}
