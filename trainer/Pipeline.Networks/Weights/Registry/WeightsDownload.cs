using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>
/// Fetches a file once. An interrupted download goes on where it stopped (<c>.part</c> beside the file); the file appears under its name only when its hash begins as upstream says, and its full SHA-256 is then recorded
/// beside it (<c>.sha256</c>) and compared whenever the file is used.
/// </summary>
internal sealed class WeightsDownload(string folder, HttpClient client)
{
    private const int Attempts = 3;
    private const int BlockBytes = 1 << 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Finds the file in the cache, or fetches it.</summary>
    /// <exception cref="WeightsException">It cannot be had, or is not the file that upstream published.</exception>
    internal async Task<string> EnsureAsync(WeightsEntry entry, Action<string> say, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, entry.FileName);
        if (File.Exists(path))
        {
            Accept(entry, path, path);
            return path;
        }

        Directory.CreateDirectory(folder);
        string part = path + ".part";
        say($"Fetching {entry.Url} to {path}; licence: {entry.Licence}");
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await FetchAsync(entry, part, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (attempt == Attempts)
                {
                    throw Unreachable(entry, path, part, error);
                }

                say($"The connection broke after {SizeOf(part)} bytes; going on from there");
            }
        }

        Accept(entry, part, path);
        File.Move(part, path);
        return path;
    }

    private async Task FetchAsync(WeightsEntry entry, string part, CancellationToken cancellationToken)
    {
        using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, BlockBytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, entry.Url);
        request.Headers.Range = target.Length > 0 ? new RangeHeaderValue(target.Length, null) : null;
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return;   // all of it is there, or it is no part of this file: the hash decides
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw new WeightsException($"Weights '{entry.Name}' for '{entry.Network}' cannot be fetched: {entry.Url} answered {(int)response.StatusCode} {response.ReasonPhrase}. Get '{entry.FileName}' elsewhere and put it into {Path.GetFullPath(folder)}.") { Subject = entry.FileName };
        }

        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == target.Length;
        target.SetLength(goesOn ? target.Length : 0);   // a server without ranges sends all of it again
        target.Seek(0, SeekOrigin.End);
        long? expected = target.Length + response.Content.Headers.ContentLength;
        using Stream source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await CopyAsync(source, target, cancellationToken).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
        if (expected is long whole && target.Length < whole)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the connection closed after {target.Length} of {whole} bytes"));
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

    /// <summary>Compares a file's hash with upstream's and with the recorded one; a download that fails is removed.</summary>
    private static void Accept(WeightsEntry entry, string file, string path)
    {
        string record = path + ".sha256";
        string sha256 = Hash(file, HashAlgorithmName.SHA256);
        string published = entry.Hash is { IsMd5: true } ? Hash(file, HashAlgorithmName.MD5) : sha256;
        string? recorded = File.Exists(record) ? File.ReadAllText(record).Trim() : null;
        string? expected = entry.Hash is PublishedHash hash && !published.StartsWith(hash.Hex, StringComparison.Ordinal) ? $"{(hash.IsMd5 ? "MD5" : "SHA-256")} {hash.Hex}..., as upstream publishes"
            : recorded is not null && recorded != sha256 ? $"SHA-256 {recorded}, as recorded at the first download"
            : null;
        if (expected is not null)
        {
            string found = entry.Hash is { IsMd5: true } ? $"MD5 {published}" : $"SHA-256 {sha256}";
            string remedy = file == path ? $"Delete {path} to fetch it again." : "The download was deleted; start again.";
            if (file != path)
            {
                File.Delete(file);
            }

            throw new WeightsException($"Weights file '{entry.FileName}' is not the published one: it has {found}, expected {expected}. {remedy}") { Subject = path, Expected = expected, Found = found };
        }

        if (recorded is null)
        {
            AtomicFile.WriteText(record, sha256 + "\n");
        }
    }

    private static string Hash(string path, HashAlgorithmName algorithm)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, stream));
    }

    private WeightsException Unreachable(WeightsEntry entry, string path, string part, Exception error)
    {
        string kept = SizeOf(part) > 0 ? $" {SizeOf(part)} bytes are kept; the same command goes on from there." : string.Empty;
        return new WeightsException($"Weights '{entry.Name}' for '{entry.Network}' are not in the cache and {entry.Url} cannot be reached: {error.Message.TrimEnd('.')}.{kept} Where there is no network, put the file '{entry.FileName}' into {Path.GetFullPath(folder)}.", error)
        {
            Subject = path,
        };
    }

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
