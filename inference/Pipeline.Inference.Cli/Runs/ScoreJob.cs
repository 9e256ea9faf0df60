using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Sources;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// The list of a job, as one share of it is worked through: batches of other shares are left out, files with a row
/// already are compared with it and left out, and the whole list is counted and hashed on the way. Enumerated once, on
/// one thread.
/// </summary>
/// <param name="sources">The images.</param>
/// <param name="shard">The share.</param>
/// <param name="batchSize">Files per batch.</param>
internal sealed class ScoreJob(ImageSources sources, Shard shard, int batchSize) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Files of the whole list met so far.</summary>
    internal long Files { get; private set; }

    /// <summary>SHA-256 of the whole list; call it once, at its end.</summary>
    /// <returns>In hexadecimal.</returns>
    internal string Listing() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <summary>Walks the whole list and scores nothing of it.</summary>
    /// <returns>Its hash.</returns>
    internal string ListingOnly()
    {
        foreach (string path in Own())
        {
            _ = path;
        }

        return Listing();
    }

    /// <summary>The files of this share that have no row yet.</summary>
    /// <param name="kept">The rows there are, in order. Borrowed.</param>
    /// <param name="keptCount">How many of them count.</param>
    /// <returns>Paths and addresses.</returns>
    /// <exception cref="DatasetException">A row is of another file than the list has in its place.</exception>
    internal IEnumerable<string> Open(IEnumerable<PredictionRow> kept, long keptCount)
    {
        using IEnumerator<PredictionRow> rows = kept.Take(checked((int)keptCount)).GetEnumerator();
        long compared = 0;
        foreach (string path in Own())
        {
            if (compared == keptCount)
            {
                yield return path;
                continue;
            }

            if (!rows.MoveNext() || rows.Current.Path != path)
            {
                throw Changed(compared + 1, rows.Current?.Path, $"'{path}'");
            }

            if (++compared == keptCount)
            {
                rows.Dispose(); // the file is about to grow
            }
        }

        if (compared < keptCount)
        {
            throw Changed(compared + 1, rows.MoveNext() ? rows.Current.Path : null, "nothing");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private IEnumerable<string> Own()
    {
        foreach (string path in sources.Paths)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{LengthOf(path)}\0"));
            if (shard.Owns(Files++ / batchSize))
            {
                yield return path;
            }
        }
    }

    // Another file under the same name is another list; of an address nobody knows.
    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : -1;
    }

    private static DatasetException Changed(long row, string? found, string expected) =>
        new(
            $"Cannot go on: row {row} of the earlier run is of '{found}', and the list has {expected} there. "
                + "Files were added or removed since; leave --resume out to begin anew."
        );
}
