using Microsoft.Extensions.Logging;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// Follows a model file: the file system's own notice where there is one, and a look at regular times, because notices
/// get lost (network shares, a swapped link to the folder, a full queue). A file is taken when it has not changed for a
/// moment, so that one that is being copied is not tried half.
/// </summary>
internal sealed class ModelWatch : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly HostedClassifier classifier;
    private readonly ImageClassifierOptions options;
    private readonly ILogger logger;
    private readonly SemaphoreSlim notice = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly FileSystemWatcher? watcher;

    /// <summary>Starts to watch.</summary>
    /// <param name="classifier">Who is told to reload. Borrowed.</param>
    /// <param name="options">Which file, and how often.</param>
    /// <param name="logger">Receives what keeps the watch from working.</param>
    internal ModelWatch(HostedClassifier classifier, ImageClassifierOptions options, ILogger logger)
    {
        this.classifier = classifier;
        this.options = options;
        this.logger = logger;
        watcher = TryWatchFolder();
        _ = Task.Run(() => FollowAsync(stop.Token), CancellationToken.None);
    }

    public void Dispose()
    {
        watcher?.Dispose();
        stop.Cancel(); // the loop disposes nothing of ours and sees it at its next wait
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await notice.WaitAsync(options.ReloadInterval, cancellationToken).ConfigureAwait(false);
                if (classifier.HasNewFile())
                {
                    await UnchangedAsync(cancellationToken).ConfigureAwait(false);
                    classifier.Reload();
                }
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                // a fault of the program: said, and the old model stays
                Log.WatchFailed(logger, options.ModelPath, error);
            }
        }
    }

    private async Task UnchangedAsync(CancellationToken cancellationToken)
    {
        FileStamp? before;
        do
        {
            before = FileStamp.Read(options.ModelPath);
            await Task.Delay(Settling, cancellationToken).ConfigureAwait(false);
            while (await notice.WaitAsync(0, cancellationToken).ConfigureAwait(false))
            {
                // the notices of one copy are many: they are answered together
            }
        } while (FileStamp.Read(options.ModelPath) != before);
    }

    private FileSystemWatcher? TryWatchFolder()
    {
        string path = Path.GetFullPath(options.ModelPath);
        try
        {
            // the whole folder: a link that is swapped has another name than the file
            var folder = new FileSystemWatcher(Path.GetDirectoryName(path) ?? path)
            {
                NotifyFilter =
                    NotifyFilters.FileName
                    | NotifyFilters.DirectoryName
                    | NotifyFilters.LastWrite
                    | NotifyFilters.Size
                    | NotifyFilters.CreationTime,
            };
            folder.Changed += (_, _) => notice.Release();
            folder.Created += (_, _) => notice.Release();
            folder.Renamed += (_, _) => notice.Release();
            folder.EnableRaisingEvents = true;
            return folder;
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            Log.WatchPolls(logger, path, options.ReloadInterval.TotalSeconds, error.Message);
            return null;
        }
    }
}
