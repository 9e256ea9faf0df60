using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>
/// Reads images from the web, within limits of size and time. What is checked is the address that a connection is made
/// to, for each redirect anew: a name that resolves to something else the second time cannot cheat. A proxy would hide
/// that address, so none is used unless private addresses are allowed. Thread-safe.
/// </summary>
internal sealed class WebDownloader : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly HttpClient client;
    private readonly WebLimits limits;
    private readonly Func<IPAddress, bool> isAllowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;

    /// <summary>Makes a downloader.</summary>
    /// <param name="limits">Limits.</param>
    /// <param name="isAllowed">
    /// Whether an address may be connected to; <c>null</c> decides by <see cref="WebLimits.AllowPrivateAddresses"/>.
    /// </param>
    /// <param name="resolve">From a host's name to its addresses; <c>null</c> asks the system.</param>
    internal WebDownloader(
        WebLimits limits,
        Func<IPAddress, bool>? isAllowed = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null
    )
    {
        this.limits = limits;
        this.isAllowed = isAllowed ?? (limits.AllowPrivateAddresses ? static _ => true : PublicAddress.Is);
        this.resolve = resolve ?? Dns.GetHostAddressesAsync;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = limits.AllowPrivateAddresses,
            UseCookies = false,
            MaxAutomaticRedirections = MaxRedirects,
            AutomaticDecompression = DecompressionMethods.None,
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("pipeline-score");
    }

    /// <summary>Whether a text is an address and no path.</summary>
    /// <param name="text">A path or an address.</param>
    /// <returns>Whether it begins with <c>http://</c> or <c>https://</c>.</returns>
    internal static bool IsAddress(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one address into a file.</summary>
    /// <param name="address">The address.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns><c>null</c>, or one line that says why there is no file to be used.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    internal async Task<string?> DownloadAsync(string address, string path, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
        {
            return $"Address '{address}' is no valid address.";
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Timeout);
        try
        {
            using HttpResponseMessage answer = await client
                .GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, deadline.Token)
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Address '{address}' answered {(int)answer.StatusCode} {answer.ReasonPhrase}."
                );
            }

            return
                answer.Content.Headers.ContentLength > limits.Bytes
                || !await SaveAsync(answer.Content, path, deadline.Token).ConfigureAwait(false)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Address '{address}' holds more than {limits.Bytes / 1_000_000} MB. Raise --download-limit, "
                        + $"or leave it out."
                )
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Address '{address}' was not read within {limits.Timeout.TotalSeconds:0} s. "
                    + $"Raise --download-timeout, or leave it out."
            );
        }
        catch (Exception error)
            when (error is not OutOfMemoryException
                && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested)
            )
        {
            // Whatever a server does is this address's own affair: it may redirect to a scheme that there is no client
            // for, or send what no header may be.
            return error.InnerException is DatasetException refused
                ? $"Address '{address}': {refused.Message}"
                : $"Address '{address}' cannot be read: "
                    + $"{(error.InnerException ?? error).Message.ReplaceLineEndings(" ")} Check it, or leave it out.";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        IPAddress[] addresses = await resolve(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = [.. addresses.Where(isAllowed)];
        if (allowed.Length == 0)
        {
            throw new DatasetException(
                $"host '{context.DnsEndPoint.Host}' leads to {string.Join(", ", addresses.AsEnumerable())}, "
                    + "which is not on the public internet. Pass --allow-private-addresses if that is meant."
            );
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies the content, and stops where it is longer than allowed: the length that a server states may be missing or
    /// a lie.
    /// </summary>
    private async Task<bool> SaveAsync(HttpContent content, string path, CancellationToken cancellationToken)
    {
        Stream input = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (input.ConfigureAwait(false))
        {
            FileStream output = File.Create(path);
            await using (output.ConfigureAwait(false))
            {
                byte[] buffer = new byte[1 << 16];
                int read;
                while ((read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    if (output.Length + read > limits.Bytes)
                    {
                        return false;
                    }

                    await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }

                return true;
            }
        }
    }
}
