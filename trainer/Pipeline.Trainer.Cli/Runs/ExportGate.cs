using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Verification;

namespace Pipeline.Trainer.Cli.Runs;

/// <summary>The gate: an exported candidate becomes the published file only if the inference package, on real images, answers as the trainer did.</summary>
/// <param name="goldenPath">The reference: images, logits, classes and paths.</param>
/// <param name="imageRoot">Folder that the paths start from; <c>null</c> leaves the decoding of the originals unchecked.</param>
/// <param name="labels">Classes that the trainer used, in order.</param>
internal sealed class ExportGate(string goldenPath, string? imageRoot, LabelSet labels)
{
    /// <summary>Checks a candidate and moves it into place, or aside.</summary>
    /// <param name="candidate">The exported file; gone afterwards.</param>
    /// <param name="published">Where it goes when it passes; untouched otherwise.</param>
    /// <param name="rejected">Where it goes when it fails.</param>
    /// <param name="reportPath">The report, written in both cases.</param>
    /// <returns>One sentence about what was checked.</returns>
    /// <exception cref="ExportException">The candidate failed; the message gives the reasons.</exception>
    internal string Publish(string candidate, string published, string rejected, string reportPath)
    {
        VerificationReport report;
        try
        {
            report = ModelVerifier.Verify(candidate, goldenPath, new VerificationOptions { Labels = labels, ImageRoot = imageRoot, RequireImages = imageRoot is not null });
        }
        catch (PipelineException error)
        {
            File.Move(candidate, rejected, overwrite: true);
            throw new ExportException($"Candidate '{rejected}' cannot be checked: {error.Message} '{published}' was not touched.", error) { Subject = rejected };
        }

        VerificationJson.Write(reportPath, report);
        if (!report.Passed)
        {
            File.Move(candidate, rejected, overwrite: true);
            throw new ExportException($"The gate refused '{rejected}': {string.Join("; ", report.Failures)}. '{published}' was not touched; see {reportPath}.") { Subject = rejected };
        }

        File.Move(candidate, published, overwrite: true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"gate passed: {report.Images} images, largest logit difference {report.MaxAbsLogitDifference:G3} (tolerance {report.Tolerance:G3}), top-1 agreement {report.Top1Agreement:P1}, {report.ImagesDecodedEqual} images decoded to equal bytes");
    }
}
