using System.Diagnostics;
using System.Reflection;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// <c>pipeline-train</c> or <c>pipeline-score</c> with a cache of its own and the data that the set-up brought.
/// </summary>
internal static class PipelineProgram
{
    private static readonly string NpmModules =
        typeof(PipelineProgram)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "NpmModules")
            .Value
        ?? string.Empty;

    internal static Process Start(string program, string folder, params IEnumerable<string> arguments) =>
        ChildProcess.Start(folder, ChildProcess.Beside(program, arguments), Environment(folder));

    internal static Task<Outcome> RunAsync(string program, string folder, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(folder, ChildProcess.Beside(program, arguments), Environment(folder));

    private static (string, string?)[] Environment(string folder) =>
        [("PIPELINE_NODE_MODULES", NpmModules), ("PIPELINE_CACHE", Path.Combine(folder, "cache"))];
}
