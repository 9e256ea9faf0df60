using System.Globalization;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Cli.Tuning;

/// <summary>What of a host decides how fast a network runs on it.</summary>
internal static class HostName
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Describes this host.</summary>
    /// <returns>Processor, number of processors that the program may use, system.</returns>
    internal static string Describe()
    {
        string? name = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[^1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name ?? "unknown processor"}, {Environment.ProcessorCount} processors, "
                + $"{RuntimeInformation.RuntimeIdentifier}"
        );
    }
}
