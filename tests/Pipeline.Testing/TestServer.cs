using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Testing;

/// <summary>A web server that answers exactly what a test says, also what no well-behaved one would.</summary>
public sealed class TestServer : IDisposable
{
    private readonly TcpListener listener;
    private readonly Dictionary<string, byte[]> answers = new(StringComparer.Ordinal);
    private readonly List<TcpClient> clients = [];

    /// <summary>Starts to listen.</summary>
    public TestServer(IPAddress? address = null)
    {
        listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Address of something on it.</summary>
    public string this[string path] => $"http://127.0.0.1:{Port}/{path}";

    /// <summary>An answer as it goes over the wire. One without an end keeps the connection open.</summary>
    public TestServer Answer(string path, string head, byte[] body)
    {
        answers["/" + path] = [.. Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n"), .. body];
        return this;
    }

    /// <summary>An answer that is a file.</summary>
    public TestServer File(string path, byte[] body) =>
        Answer(path, $"HTTP/1.1 200 OK\nContent-Length: {body.Length}", body);

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Dispose();
        lock (clients)
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                lock (clients)
                {
                    clients.Add(client);
                }

                _ = AnswerAsync(client);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
            while (await reader.ReadLineAsync() is { } request)
            {
                string line;
                while ((line = await reader.ReadLineAsync() ?? string.Empty).Length > 0)
                {
                    // The head of the request says nothing of interest.
                }

                string path = request.Split(' ')[1];
                await stream.WriteAsync(
                    answers.TryGetValue(path, out byte[]? answer)
                        ? answer
                        : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray()
                );
            }
        }
        catch (IOException)
        {
            // The other side had enough.
        }
    }
}
