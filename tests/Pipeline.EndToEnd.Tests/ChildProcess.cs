using System.Diagnostics;
using System.Reflection;

namespace Pipeline.EndToEnd.Tests;

/// <summary>What a program left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>The real programs in child processes.</summary>
internal static class ChildProcess
{
    private static readonly string NpmModules = typeof(ChildProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "NpmModules").Value ?? string.Empty;

    /// <summary>Starts <c>pipeline-train</c> or <c>pipeline-score</c>.</summary>
    internal static Process Start(string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{program}.dll"));
        start.Environment["PIPELINE_NODE_MODULES"] = NpmModules;
        start.Environment["PIPELINE_CACHE"] = Path.Combine(folder, "cache");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet cannot be started.");
    }

    /// <summary>Runs a program to its end.</summary>
    internal static async Task<ProgramResult> RunAsync(string program, string folder, params IEnumerable<string> arguments)
    {
        using Process process = Start(program, folder, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramResult(process.ExitCode, await output, await error);
    }
}
