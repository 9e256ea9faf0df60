using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// Puts the files of all shards together: the bytes of the same job undivided. Memory is one row per shard.
/// </summary>
internal static class ShardMerger
{
    /// <summary>Merges.</summary>
    /// <param name="files">The shards' files, in any order, each with its <c>.run.json</c> beside it.</param>
    /// <param name="target">The file to write.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="DatasetException">
    /// A shard is missing, given twice, incomplete, or of another model, list or format than the others.
    /// </exception>
    internal static long Merge(IReadOnlyList<string> files, string target)
    {
        (string Path, ScoringRunState State)[] shards =
        [
            .. files
                .Select(path => (path, ScoringRunState.Read(path + ".run.json")))
                .OrderBy(shard => Shard.Parse(shard.Item2.Shard).Number),
        ];
        foreach ((string path, ScoringRunState state) in shards)
        {
            CheckAgainst(shards[0].Path, shards[0].State, path, state);
        }

        CheckAllThere(shards);
        long rows = 0;
        AtomicFile.Write(target, stream => rows = Interleave(shards, stream));
        return rows;
    }

    private static void CheckAgainst(string firstPath, ScoringRunState first, string path, ScoringRunState state)
    {
        if (first.DifferencesFrom(state, sameShard: false) is { Length: > 0 } differences)
        {
            throw new DatasetException(
                $"Shards '{firstPath}' and '{path}' do not belong together: the second has {differences} as the "
                    + "first. Score it again."
            )
            {
                Subject = path,
            };
        }

        if (state.Listing != first.Listing || state.Files != first.Files)
        {
            throw new DatasetException(
                $"Shards '{firstPath}' and '{path}' were made from different lists of {first.Files} and "
                    + $"{state.Files} files. Score both again from the same list."
            )
            {
                Subject = path,
            };
        }

        if (!File.Exists(path) || ScoringRunState.HashOf(path) != state.Sha256)
        {
            throw new DatasetException(
                $"Shard '{path}' {(File.Exists(path) ? "was changed since it was written" : "does not exist")}. "
                    + "Score it again."
            )
            {
                Subject = path,
            };
        }
    }

    private static void CheckAllThere((string Path, ScoringRunState State)[] shards)
    {
        int of = Shard.Parse(shards[0].State.Shard).Of;
        int[] numbers = [.. shards.Select(shard => Shard.Parse(shard.State.Shard).Number)];
        string missing = string.Join(", ", Enumerable.Range(1, of).Except(numbers).Select(number => $"{number}/{of}"));
        string twice = string.Join(
            ", ",
            numbers.CountBy(number => number).Where(pair => pair.Value > 1).Select(pair => $"{pair.Key}/{of}")
        );
        if (missing.Length > 0 || twice.Length > 0)
        {
            string lack = missing.Length > 0 ? $" missing {missing};" : string.Empty;
            string extra = twice.Length > 0 ? $" twice {twice};" : string.Empty;
            throw new DatasetException($"The shards are not complete:{lack}{extra} give the files of all {of}.");
        }
    }

    private static long Interleave((string Path, ScoringRunState State)[] shards, Stream output)
    {
        PredictionFormat format = shards[0].State.Format == "csv" ? PredictionFormat.Csv : PredictionFormat.JsonLines;
        var streams = new List<FileStream>();
        try
        {
            streams.AddRange(shards.Select(shard => File.OpenRead(shard.Path)));
            RowReader[] readers = [.. streams.Select(stream => new RowReader(stream, format))];
            if (format == PredictionFormat.Csv)
            {
                foreach ((RowReader reader, int index) in readers.Select((reader, index) => (reader, index)))
                {
                    Copy(reader, index == 0 ? output : Stream.Null, shards[index].Path);
                }
            }

            (long files, int batchSize) = (shards[0].State.Files, shards[0].State.BatchSize);
            for (long row = 0; row < files; row++)
            {
                int shard = (int)(row / batchSize % shards.Length);
                Copy(readers[shard], output, shards[shard].Path);
            }

            return files;
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private static void Copy(RowReader reader, Stream output, string path)
    {
        if (!reader.TryRead(out ReadOnlySpan<byte> row))
        {
            throw new DatasetException($"Shard '{path}' has fewer rows than it should. Score it again.")
            {
                Subject = path,
            };
        }

        output.Write(row);
    }
}
