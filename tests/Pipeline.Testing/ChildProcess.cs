using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>What a program said and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record Outcome(int ExitCode, string Output, string Error);

/// <summary>Real programs in child processes.</summary>
public static class ChildProcess
{
    /// <summary>The command line of a .NET program that lies beside the tests.</summary>
    public static string[] Beside(string program, params IEnumerable<string> arguments) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments];

    /// <summary>Starts a command line; its streams are ours.</summary>
    /// <param name="folder">Working folder.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Variables to set, or with <c>null</c> to remove.</param>
    public static Process Start(
        string folder,
        IReadOnlyList<string> command,
        params IEnumerable<(string Name, string? Value)> environment
    )
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} cannot be started.");
    }

    /// <summary>Runs a command line to its end.</summary>
    /// <inheritdoc cref="Start"/>
    public static async Task<Outcome> RunAsync(
        string folder,
        IReadOnlyList<string> command,
        params IEnumerable<(string Name, string? Value)> environment
    )
    {
        using Process process = Start(folder, command, environment);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }
}
