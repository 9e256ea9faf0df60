using System.Collections.Concurrent;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>
/// Lets addresses take part among files: each is downloaded, a few ahead, into a temporary file that is scored as any
/// other and removed when its prediction is there. Predictions get the address back. Owns its folder of temporary
/// files.
/// </summary>
/// <param name="downloader">Reads the addresses. Borrowed.</param>
internal sealed class WebImages(WebDownloader downloader) : IDisposable
{
    private const int DownloadsAhead = 8;
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-score-").FullName;
    private readonly ConcurrentQueue<Item> handedOut = new();

    /// <summary>Puts files in the place of addresses.</summary>
    /// <param name="paths">Paths and addresses.</param>
    /// <param name="cancellationToken">Stops the downloads.</param>
    /// <returns>Paths only, as many and in the same order.</returns>
    internal IEnumerable<string> ToFiles(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var ahead = new Queue<(Item Item, Task<string?> Download)>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int number = 0;
        try
        {
            foreach (string path in paths)
            {
                Item item = WebDownloader.IsAddress(path)
                    ? new Item(path, Path.Join(folder, $"{number++}"))
                    : new Item(path, path);
                ahead.Enqueue(
                    (
                        item,
                        item.IsDownload
                            ? downloader.DownloadAsync(path, item.Local, stop.Token)
                            : Task.FromResult<string?>(null)
                    )
                );
                if (ahead.Count > DownloadsAhead)
                {
                    yield return HandOut(ahead.Dequeue());
                }
            }

            while (ahead.TryDequeue(out (Item Item, Task<string?> Download) next))
            {
                yield return HandOut(next);
            }
        }
        finally
        {
            stop.Cancel();
            Task.WhenAll(ahead.Select(next => next.Download))
                .ContinueWith(
                    static _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                )
                .Wait(CancellationToken.None);
        }
    }

    /// <summary>Gives a prediction the name that its image was asked for by.</summary>
    /// <param name="prediction">That of the i-th path of <see cref="ToFiles"/> at the i-th call.</param>
    /// <returns>The prediction with the address, or the reason why there was nothing to download.</returns>
    internal Prediction Restore(Prediction prediction)
    {
        if (!handedOut.TryDequeue(out Item? item) || item.Local != prediction.Path)
        {
            throw new InvalidOperationException(
                $"Found the prediction of '{prediction.Path}', expected that of '{item?.Local}'."
            );
        }

        if (!item.IsDownload)
        {
            return prediction;
        }

        File.Delete(item.Local);
        return prediction with
        {
            Path = item.Name,
            Error = item.Error ?? prediction.Error?.Replace(item.Local, item.Name, StringComparison.Ordinal),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string HandOut((Item Item, Task<string?> Download) next)
    {
        next.Item.Error = next.Download.GetAwaiter().GetResult(); // the loader enumerates on a thread of its own
        if (next.Item.Error is not null)
        {
            File.Delete(next.Item.Local); // half a file must not be scored
        }

        handedOut.Enqueue(next.Item);
        return next.Item.Local;
    }

    private sealed record Item(string Name, string Local)
    {
        internal bool IsDownload => Name != Local;

        internal string? Error { get; set; }
    }
}
