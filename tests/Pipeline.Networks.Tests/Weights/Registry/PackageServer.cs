using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Networks.Tests.Weights.Registry;

/// <summary>A NuGet source (protocol 3) on the loopback with one package.</summary>
internal sealed class PackageServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> files;
    private readonly Task loop;

    internal PackageServer(string package, string version, byte[] content)
    {
        string root = $"http://127.0.0.1:{FreePort()}/";
        string flat = $"{root}flat/";
        string name = package.ToLowerInvariant();
        Source = $"{root}index.json";
        files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["/index.json"] = Encoding.UTF8.GetBytes(
                $$"""{"version":"3.0.0","resources":[{"@id":"{{flat}}","@type":"PackageBaseAddress/3.0.0"}]}"""),
            [$"/flat/{name}/index.json"] = Encoding.UTF8.GetBytes($$"""{"versions":["{{version}}"]}"""),
            [$"/flat/{name}/{version}/{name}.{version}.nupkg"] = content,
        };
        listener.Prefixes.Add(root);
        listener.Start();
        loop = Task.Run(ServeAsync);
    }

    internal string Source { get; }

    public void Dispose()
    {
        listener.Close();
        loop.Wait();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                bool isThere = files.TryGetValue(
                    context.Request.Url?.AbsolutePath ?? string.Empty, out byte[]? content);
                context.Response.StatusCode = isThere ? 200 : 404;
                await context.Response.OutputStream.WriteAsync(content ?? []);
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;   // disposed
            }
        }
    }
}
