using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Verification;

namespace Pipeline.Training.Gate;

/// <summary>
/// The gate of a float32 or float16 file: it is published only if the inference package, on real images, answers as the
/// trainer's network did (<see cref="GateReference"/>), within the tolerance of its arithmetic.
/// </summary>
/// <param name="referencePath">The reference: images, logits, classes and paths.</param>
/// <param name="imageRoot">
/// Folder that the paths start from; <c>null</c> leaves the decoding of the originals unchecked.
/// </param>
/// <param name="contract">
/// The trainer's: classes in order, temperature, and the precision that the variant is held to. It is not read from the
/// candidate, which might state another one.
/// </param>
/// <param name="features">Whether the variant has the output <c>features</c>, which is then compared as well.</param>
internal sealed class ExportGate(string referencePath, string? imageRoot, ModelContract contract, bool features)
{
    /// <summary>Checks a candidate and moves it into place, or aside.</summary>
    /// <param name="file">The candidate and where it goes.</param>
    /// <param name="reportPath">The report, written in both cases.</param>
    /// <returns>What was compared; it passed.</returns>
    /// <exception cref="ExportException">The candidate failed; the message gives the reasons.</exception>
    internal VerificationReport Publish(GatedFile file, string reportPath)
    {
        try
        {
            VerificationReport report = Verify(file.Candidate, out PipelineException? fault);
            file.Settle(report.Passed, () => VerificationJson.Write(reportPath, report));
            return report.Passed ? report : throw Refusal(file, report, reportPath, fault);
        }
        finally
        {
            file.Discard();
        }
    }

    private VerificationReport Verify(string candidate, out PipelineException? fault)
    {
        var options = new VerificationOptions
        {
            Labels = contract.Labels,
            Precision = contract.Precision,
            Temperature = contract.Temperature,
            ImageRoot = imageRoot,
            RequireImages = imageRoot is not null,
        };
        options = options with { Scoring = options.Scoring with { Features = features } };
        fault = null;
        try
        {
            return ModelVerifier.Verify(candidate, referencePath, options);
        }
        catch (PipelineException error)
        {
            fault = error;
            return VerificationReport.NotChecked(contract.Precision, error.Message);
        }
    }

    private static ExportException Refusal(
        GatedFile file,
        VerificationReport report,
        string reportPath,
        PipelineException? fault
    ) =>
        new(
            fault is null
                ? $"The gate refused '{file.Rejected}': {string.Join("; ", report.Failures)}. "
                    + $"'{file.Published}' was not touched; see {reportPath}."
                : $"Candidate '{file.Rejected}' cannot be checked: {fault.Message} "
                    + $"'{file.Published}' was not touched.",
            fault
        )
        {
            Subject = file.Rejected,
        };
}
