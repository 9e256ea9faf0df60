using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Files;

/// <summary>
/// Fetches a file into a partial one that stays when the connection breaks: the next attempt, or the next command, goes
/// on where it stopped. Whether the result is the right file, the caller must check.
/// </summary>
/// <param name="client">Reaches the network. Borrowed.</param>
/// <param name="freeBytes">Free bytes on the disk of a folder; <c>null</c> asks the system.</param>
public sealed class ResumableDownload(HttpClient client, Func<string, long>? freeBytes = null)
{
    private const int Attempts = 3;
    private const int BlockBytes = 1 << 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<string, long> freeBytes = freeBytes ?? (folder => new DriveInfo(folder).AvailableFreeSpace);

    /// <summary>Fetches what is missing, in up to three attempts.</summary>
    /// <param name="address">Where the file is.</param>
    /// <param name="part">The partial file, made or gone on with; its folder must exist.</param>
    /// <param name="say">Told when an attempt broke off.</param>
    /// <param name="cancellationToken">Stops between blocks; what was fetched is kept.</param>
    /// <returns>A task that ends when the server has sent all of it.</returns>
    /// <exception cref="DownloadException">
    /// The server cannot be reached, answers something else, or sends more than the disk holds.
    /// </exception>
    public async Task FetchAsync(Uri address, string part, Action<string> say, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(address, part, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception error)
                when (error is HttpRequestException or IOException or TimeoutException
                    || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                )
            {
                if (attempt == Attempts)
                {
                    string kept =
                        SizeOf(part) > 0
                            ? $" {SizeOf(part)} bytes are kept; the same command goes on from there."
                            : string.Empty;
                    throw new DownloadException(
                        $"{address} cannot be reached: {error.Message.TrimEnd('.')}.{kept}",
                        error
                    )
                    {
                        Subject = part,
                    };
                }

                say(
                    SizeOf(part) > 0
                        ? $"The connection broke after {SizeOf(part)} bytes; going on from there"
                        : $"No answer from {address.Host}; trying again"
                );
            }
        }
    }

    private async Task TryAsync(Uri address, string part, CancellationToken cancellationToken)
    {
        using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, BlockBytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = target.Length > 0 ? new RangeHeaderValue(target.Length, null) : null;
        using HttpResponseMessage response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // all of it is there, or it is no part of this file: the caller's check decides
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw new DownloadException($"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}.")
            {
                Subject = part,
                Status = response.StatusCode,
            };
        }

        bool goesOn =
            response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == target.Length;
        target.SetLength(goesOn ? target.Length : 0); // a server without ranges sends all of it again
        target.Seek(0, SeekOrigin.End);
        RequireSpace(address, part, response.Content.Headers.ContentLength ?? 0);
        long? expected = target.Length + response.Content.Headers.ContentLength;
        using Stream source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await CopyAsync(source, target, cancellationToken).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
        if (expected is long whole && target.Length < whole)
        {
            throw new IOException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the connection closed after {target.Length} of {whole} bytes"
                )
            );
        }
    }

    private void RequireSpace(Uri address, string part, long missing)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(part)) ?? ".";
        if (freeBytes(folder) is long free && free < missing)
        {
            throw new DownloadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{address} has {missing / 1e6:N0} MB yet to come, and the disk of {folder} has {free / 1e6:N0} "
                        + $"MB left. Free some space and start again."
                )
            )
            {
                Subject = part,
            };
        }
    }

    /// <summary>Copies until the end; a server that says nothing for a while counts as a broken connection.</summary>
    private static async Task CopyAsync(Stream source, FileStream target, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            int read;
            try
            {
                read = await source.ReadAsync(block, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"the server sent nothing for {Patience.TotalSeconds:0} seconds", error);
            }

            if (read == 0)
            {
                return;
            }

            await target.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
