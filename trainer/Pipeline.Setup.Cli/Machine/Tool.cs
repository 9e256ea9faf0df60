using System.ComponentModel;
using System.Diagnostics;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>Small programs of the system whose answer is a few lines.</summary>
internal static class Tool
{
    /// <summary>Runs one to its end.</summary>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The lines of its standard output, trimmed, whatever its exit code.</returns>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    internal static string[] Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start) ?? throw new Win32Exception($"{program} cannot be started");
        Task<string> errors = process.StandardError.ReadToEndAsync();   // read, so that the program cannot wait for us
        string output = process.StandardOutput.ReadToEnd();
        errors.Wait();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
