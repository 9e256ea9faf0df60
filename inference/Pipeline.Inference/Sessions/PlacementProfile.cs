using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Which provider ran which node, read from the profile that ONNX Runtime writes of a run. The C# API has no call for
/// it.
/// </summary>
internal static class PlacementProfile
{
    /// <summary>Lets a session write a profile, into a temporary file of its own.</summary>
    /// <param name="options">Of the session to be made. Borrowed.</param>
    internal static void Begin(SessionOptions options)
    {
        options.ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), $"pipeline-placement-{Guid.NewGuid():N}");
        options.EnableProfiling = true;
    }

    /// <summary>Ends the profile, reads it and removes it; later runs write none.</summary>
    /// <param name="session">A session that has run at least once. Borrowed.</param>
    /// <returns>The providers, the largest share first; empty when no profile could be written.</returns>
    internal static NodePlacement[] End(InferenceSession session)
    {
        string file = session.EndProfiling();
        if (file.Length == 0)
        {
            return [];
        }

        try
        {
            return Read(File.ReadAllBytes(file));
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return []; // a full or read-only temporary folder: the placement stays unknown, the model runs
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Refuses a device that got no node although there were some: the network runs, but elsewhere.</summary>
    /// <param name="device">With its placement; an unknown one passes.</param>
    /// <exception cref="DeviceException">No node is there.</exception>
    internal static void Require(DeviceReport device)
    {
        if (device.Placement.Count > 0 && !device.Placement.Any(part => part.Provider == device.Provider))
        {
            string elsewhere = string.Join(
                ", ",
                device.Placement.Select(part => FormattableString.Invariant($"{part.Nodes} on {part.Provider}"))
            );
            throw new DeviceException(
                $"{ExecutionProviders.TitleOf(device.Effective)} runs no node of this model ({elsewhere})"
            )
            {
                Expected = device.Provider,
                Found = elsewhere,
            };
        }
    }

    /// <summary>Counts the nodes of each provider in a profile.</summary>
    /// <param name="json">
    /// An array of events; those of nodes carry <c>args.provider</c> and <c>args.node_index</c>.
    /// </param>
    /// <returns>The providers, the largest share first, then by name.</returns>
    internal static NodePlacement[] Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        var nodes = new HashSet<(string Provider, string Node)>();
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            if (
                entry.TryGetProperty("args", out JsonElement args)
                && args.TryGetProperty("provider", out JsonElement provider)
                && provider.GetString() is { Length: > 0 } name
                && args.TryGetProperty("node_index", out JsonElement node)
                && node.GetString() is { } index
            )
            {
                nodes.Add((name, index)); // one node has several events, and one per run
            }
        }

        return
        [
            .. nodes
                .GroupBy(node => node.Provider)
                .Select(group => new NodePlacement(group.Key, group.Count()))
                .OrderByDescending(part => part.Nodes)
                .ThenBy(part => part.Provider, StringComparer.Ordinal),
        ];
    }
}
