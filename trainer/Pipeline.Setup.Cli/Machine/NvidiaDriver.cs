using System.ComponentModel;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>NVIDIA's driver, and the GPUs that it sees.</summary>
/// <param name="Library">Path of <c>libcuda.so.1</c>; <c>null</c> when the loader does not find it.</param>
/// <param name="Version">Version of the driver; <c>null</c> when <c>nvidia-smi</c> does not say.</param>
/// <param name="Gpus">Names of the GPUs.</param>
internal sealed record NvidiaDriver(string? Library, Version? Version, IReadOnlyList<string> Gpus)
{
    private const string ToolName = "nvidia-smi";

    /// <summary>The oldest driver that each CUDA runs with.</summary>
    /// <remarks>Source: NVIDIA, CUDA Compatibility, table of minor version compatibility, x86_64 Linux.</remarks>
    private static readonly Dictionary<int, Version> Oldest = new() { [11] = new(450, 80, 2), [12] = new(525, 60, 13), [13] = new(580, 0) };

    /// <summary>Looks for it.</summary>
    /// <param name="find">Finds a library by its name.</param>
    /// <param name="ask">Asks the driver's tool; <c>null</c> when it is not there.</param>
    internal static NvidiaDriver Find(Func<string, string?> find, Func<string[]?> ask)
    {
        string[][] rows = [.. (ask() ?? []).Select(line => line.Split(',', StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 2 && System.Version.TryParse(parts[1], out _))];
        return new NvidiaDriver(find("libcuda.so.1"), rows.Length > 0 ? System.Version.Parse(rows[0][1]) : null, [.. rows.Select(parts => parts[0])]);
    }

    /// <summary>Asks <c>nvidia-smi</c> for a line per GPU: name, version of the driver.</summary>
    internal static string[]? AskTool()
    {
        try
        {
            return Tool.Run(ToolName, "--query-gpu=name,driver_version", "--format=csv,noheader");
        }
        catch (Win32Exception)
        {
            return null;   // no such program
        }
    }

    /// <summary>What stands in the way of a CUDA of a major version; <c>null</c> when nothing does.</summary>
    internal string? Obstacle(int cudaMajor)
    {
        if (Library is null)
        {
            return "there is no driver";
        }

        return Gpus.Count == 0 ? "the driver sees no GPU"
            : Oldest.TryGetValue(cudaMajor, out Version? oldest) && Version < oldest ? $"CUDA {cudaMajor} needs driver {oldest.Major} or newer, this one is {Version}"
            : null;
    }

    /// <summary>In one phrase.</summary>
    internal string Describe() => Library is null
        ? "not found: the loader knows no libcuda.so.1. It comes with NVIDIA's driver, https://www.nvidia.com/drivers"
        : $"{Version?.ToString() ?? "of an unknown version"}, {Library}; {(Gpus.Count > 0 ? string.Join(", ", Gpus) : "nvidia-smi lists no GPU")}";
}
