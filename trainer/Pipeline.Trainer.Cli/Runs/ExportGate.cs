using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Verification;

namespace Pipeline.Trainer.Cli.Runs;

/// <summary>
/// The gate: an exported candidate becomes the published file only if the inference package, on real images, answers as
/// the trainer did.
/// </summary>
/// <param name="goldenPath">The reference: images, logits, classes and paths.</param>
/// <param name="imageRoot">
/// Folder that the paths start from; <c>null</c> leaves the decoding of the originals unchecked.
/// </param>
/// <param name="contract">
/// The trainer's: classes in order, temperature, and the precision that the variant is held to. It is not read from the
/// candidate, which might state another one.
/// </param>
/// <param name="features">Whether the variant has the output <c>features</c>, which is then compared as well.</param>
internal sealed class ExportGate(string goldenPath, string? imageRoot, ModelContract contract, bool features)
{
    /// <summary>Checks a candidate and moves it into place, or aside.</summary>
    /// <param name="candidate">The exported file; gone afterwards.</param>
    /// <param name="published">Where it goes when it passes; untouched otherwise.</param>
    /// <param name="rejected">Where it goes when it fails.</param>
    /// <param name="reportPath">The report, written in both cases.</param>
    /// <returns>What was checked: one sentence, and a line per image with another class.</returns>
    /// <exception cref="ExportException">The candidate failed; the message gives the reasons.</exception>
    internal string Publish(string candidate, string published, string rejected, string reportPath)
    {
        try
        {
            VerificationReport report = Verify(candidate, rejected, published, reportPath);
            VerificationJson.Write(reportPath, report);
            if (!report.Passed)
            {
                AtomicFile.Move(candidate, rejected);
                throw new ExportException(
                    $"The gate refused '{rejected}': {string.Join("; ", report.Failures)}. "
                        + $"'{published}' was not touched; see {reportPath}."
                )
                {
                    Subject = rejected,
                };
            }

            AtomicFile.Move(candidate, published);
            return Describe(report);
        }
        finally
        {
            File.Delete(candidate); // there only when something else failed, such as the disk
        }
    }

    private VerificationReport Verify(string candidate, string rejected, string published, string reportPath)
    {
        try
        {
            var options = new VerificationOptions
            {
                Labels = contract.Labels,
                Precision = contract.Precision,
                Temperature = contract.Temperature,
                ImageRoot = imageRoot,
                RequireImages = imageRoot is not null,
            };
            return ModelVerifier.Verify(
                candidate,
                goldenPath,
                options with
                {
                    Scoring = options.Scoring with { Features = features },
                }
            );
        }
        catch (PipelineException error)
        {
            VerificationJson.Write(reportPath, VerificationReport.NotChecked(contract.Precision, error.Message));
            AtomicFile.Move(candidate, rejected);
            throw new ExportException(
                $"Candidate '{rejected}' cannot be checked: {error.Message} '{published}' was not touched.",
                error
            )
            {
                Subject = rejected,
            };
        }
    }

    private static string Describe(VerificationReport report)
    {
        string budget =
            report.Top1Budget > 0
                ? string.Create(CultureInfo.InvariantCulture, $" (budget {1 - report.Top1Budget:P1})")
                : string.Empty;
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"gate passed: {report.Images} images, largest logit difference {report.MaxAbsLogitDifference:G3} "
                + $"(tolerance {report.Tolerance:G3}), top-1 agreement {report.Top1Agreement:P1}{budget}, "
                + $"{report.ImagesDecodedEqual} images decoded to equal bytes"
        );
        string features =
            report.FeatureImages > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $", features of {report.FeatureImages} images within {report.MaxAbsFeatureDifference:G3} "
                        + $"(tolerance {report.FeatureTolerance:G3})"
                )
                : string.Empty;
        IEnumerable<string> disagreements = report.Disagreements.Select(image =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {(image.Counted ? "differs" : "undecided")}: {image.Image}: trainer {image.Expected}, "
                    + $"model {image.Found}, margin {image.Margin:G3}"
            )
        );
        return string.Join('\n', [sentence + features, .. disagreements]);
    }
}
