using Pipeline.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// A file of predictions while it grows: rows go to <c>name.partial</c>, which becomes <c>name</c> when it is complete.
/// With <c>name.partial.json</c>, what it was made with, a run that was interrupted goes on; so there is never a half
/// file under the final name.
/// </summary>
/// <param name="Target">The final name.</param>
/// <param name="Format">Its spelling.</param>
internal sealed record PredictionFile(string Target, PredictionFormat Format)
{
    /// <summary>The name while it grows.</summary>
    internal string Partial => Target + ".partial";

    /// <summary>What it is made with.</summary>
    internal string StatePath => Partial + ".json";

    /// <summary>What the finished file was made with.</summary>
    internal string RunPath => Target + ".run.json";

    /// <summary>Whether an earlier run can be gone on with.</summary>
    internal bool IsBegun => File.Exists(Partial) && File.Exists(StatePath);

    /// <summary>Whether the rows are complete, and only what comes after them may be missing.</summary>
    internal bool IsComplete => File.Exists(Target) && !File.Exists(Partial);

    /// <summary>All names that a run writes to, as full paths.</summary>
    internal IReadOnlySet<string> Names =>
        new[] { Target, Partial, StatePath, RunPath }.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);

    /// <summary>Refuses names that belong to something else. Call it before any work.</summary>
    /// <param name="isFormatGiven">Whether the spelling was asked for, and the name may be any.</param>
    /// <param name="force">Whether another file may be replaced.</param>
    /// <param name="inputs">Files and folders that are read.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="OutputException">A file of one of the names must not be replaced.</exception>
    internal void Check(bool isFormatGiven, bool force, IReadOnlyList<string?> inputs, Func<IEnumerable<string>> images)
    {
        OutputKind kind = isFormatGiven ? OutputKind.Predictions with { Extensions = [] } : OutputKind.Predictions;
        OutputFile.Check(Target, kind, force, inputs, images);
        OutputFile.Check(Partial, kind with { Extensions = [] }, force, inputs, images);
        foreach (string path in new[] { StatePath, RunPath })
        {
            OutputFile.Check(
                path,
                OutputKind.Json("a note of what rows were made with", "shard"),
                force,
                inputs,
                images
            );
        }
    }

    /// <summary>Compares a finished file with what would be made now.</summary>
    /// <param name="state">What would be made.</param>
    /// <param name="listing">
    /// Hash of the list that would be scored; <c>null</c> when that has changed since, as by moving the images.
    /// </param>
    /// <exception cref="DatasetException">
    /// It was made from something else, or nobody can tell, or it was changed since.
    /// </exception>
    internal void RequireMadeFrom(ScoringRunState state, string? listing)
    {
        const string Remedy = "Leave --resume out to score again.";
        ScoringRunState made = ScoringRunState.Read(RunPath);
        if (state.DifferencesFrom(made, sameShard: true) is { Length: > 0 } differences)
        {
            throw new DatasetException($"'{Target}' is complete, and was made with {differences}. {Remedy}")
            {
                Subject = Target,
            };
        }

        if (listing is not null && made.Listing != listing)
        {
            throw new DatasetException($"'{Target}' is complete, and was made from another list of images. {Remedy}")
            {
                Subject = Target,
            };
        }

        if (made.Sha256 != ScoringRunState.HashOf(Target))
        {
            throw new DatasetException($"'{Target}' was changed since it was written. {Remedy}") { Subject = Target };
        }
    }

    /// <summary>Begins anew; what an earlier run left behind is lost.</summary>
    /// <param name="state">What the rows are made with.</param>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    internal void Begin(ScoringRunState state)
    {
        if (Directory.Exists(Target))
        {
            throw new IOException($"Cannot write the file '{Target}': a folder of that name is in the way.");
        }

        state.Write(StatePath);
        File.Delete(RunPath);
        File.WriteAllBytes(Partial, []);
    }

    /// <summary>Goes on with an earlier run: cuts the rows back to the last whole batch.</summary>
    /// <param name="state">What further rows are made with.</param>
    /// <returns>Rows that are kept.</returns>
    /// <exception cref="DatasetException">They were made with something else.</exception>
    internal long CutBack(ScoringRunState state)
    {
        if (state.DifferencesFrom(ScoringRunState.Read(StatePath), sameShard: true) is { Length: > 0 } differences)
        {
            throw new DatasetException(
                $"Cannot go on with '{Partial}': it was made with {differences}. Give the same options and model, "
                    + "or leave --resume out to begin anew."
            )
            {
                Subject = Partial,
            };
        }

        using FileStream stream = new(Partial, FileMode.Open, FileAccess.ReadWrite);
        long rows = 0;
        long keptRows = 0;
        long keptBytes = 0;
        foreach ((_, long end) in PredictionRow.ReadAll(stream, Format))
        {
            if (++rows % state.BatchSize == 0)
            {
                (keptRows, keptBytes) = (rows, end);
            }
        }

        stream.SetLength(keptBytes);
        return keptRows;
    }

    /// <summary>Reads the rows that are there.</summary>
    /// <returns>The rows, lazily.</returns>
    internal IEnumerable<PredictionRow> Rows()
    {
        using FileStream stream = new(
            IsComplete ? Target : Partial,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite
        );
        foreach ((PredictionRow row, _) in PredictionRow.ReadAll(stream, Format))
        {
            yield return row;
        }
    }

    /// <summary>Removes what a run without a row left behind.</summary>
    internal void Discard()
    {
        File.Delete(Partial);
        File.Delete(StatePath);
    }
}
