using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Testing;

/// <summary>A web server on the loopback that serves one file, as badly as a test wants.</summary>
public sealed class FileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] content;
    private readonly Task loop;

    /// <summary>Starts to serve.</summary>
    public FileServer(byte[] content)
    {
        this.content = content;
        listener.Start();
        loop = Task.Run(ServeAsync);
    }

    /// <summary>Address of the file under a name.</summary>
    public Uri Address(string file) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{file}"
            )
        );

    /// <summary>Bytes after which each of the first answers breaks off; then whole ones follow.</summary>
    public Queue<int> BreakAfter { get; } = new();

    /// <summary>Whether a part may be asked for.</summary>
    public bool HasRanges { get; init; } = true;

    /// <summary>The status line of every answer instead of the file; <c>null</c> serves it.</summary>
    public string? Status { get; init; }

    /// <summary>The Range header of each request, empty when there was none.</summary>
    public List<string> Ranges { get; } = [];

    /// <summary>Stops.</summary>
    public void Dispose()
    {
        listener.Dispose();
        loop.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception error)
                when (error is SocketException or InvalidOperationException or OperationCanceledException)
            {
                return; // disposed
            }
            catch (IOException)
            {
                // the client closed first
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            request.Append((char)one[0]);
        }

        string range =
            request
                .ToString()
                .Split("\r\n")
                .FirstOrDefault(line => line.StartsWith("Range:", StringComparison.Ordinal))
                ?[6..].Trim()
            ?? string.Empty;
        Ranges.Add(range);
        int start =
            HasRanges && range.Length > 0
                ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
                : 0;
        string head =
            Status is not null ? $"HTTP/1.1 {Status}\r\nContent-Length: 0\r\n"
            : start >= content.Length && range.Length > 0
                ? "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n"
            : start > 0
                ? "HTTP/1.1 206 Partial Content\r\nContent-Range: "
                    + $"bytes {start}-{content.Length - 1}/{content.Length}\r\nContent-Length: "
                    + $"{content.Length - start}\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n"));
        if (Status is null && start < content.Length)
        {
            int end = BreakAfter.TryDequeue(out int bytes) ? Math.Min(content.Length, start + bytes) : content.Length;
            await stream.WriteAsync(content.AsMemory(start, end - start));
        }
    }
}
