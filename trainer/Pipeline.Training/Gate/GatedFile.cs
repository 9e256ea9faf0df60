using Pipeline.Core.Files;

namespace Pipeline.Training.Gate;

/// <summary>
/// The publish rule, the same for fp32, fp16 and int8: the report is written first; then a candidate with no reason
/// against it is moved into place, and one with a reason is moved aside. A file that was published before is never
/// touched by a candidate that fails.
/// </summary>
/// <param name="Candidate">The exported file; gone afterwards.</param>
/// <param name="Published">Where it goes when it passes.</param>
/// <param name="Rejected">Where it goes when it fails; <c>null</c> removes it.</param>
internal sealed record GatedFile(string Candidate, string Published, string? Rejected)
{
    /// <summary>Writes the report and moves the candidate.</summary>
    /// <param name="passed">Whether nothing speaks against it.</param>
    /// <param name="writeReport">Writes the report.</param>
    /// <exception cref="IOException">A file cannot be written; nothing is published then.</exception>
    internal void Settle(bool passed, Action writeReport)
    {
        try
        {
            writeReport();
            if (passed)
            {
                AtomicFile.Move(Candidate, Published);
            }
            else if (Rejected is not null)
            {
                AtomicFile.Move(Candidate, Rejected);
            }
        }
        finally
        {
            Discard();
        }
    }

    /// <summary>Removes the candidate where something else failed, such as the disk.</summary>
    internal void Discard() => File.Delete(Candidate);
}
