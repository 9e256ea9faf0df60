using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pipeline.Inference.Tests.Cli;

/// <summary>The real program in a child process.</summary>
internal sealed partial class ScoreProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private ScoreProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    internal static ScoreProcess Start(string workingFolder, params string[] arguments) =>
        Start(workingFolder, [], arguments, []);

    /// <summary>Starts the program under another one, such as one that takes rights away.</summary>
    internal static ScoreProcess Start(string workingFolder, byte[] input, string[] arguments, string[] under)
    {
        // A shell starts background jobs with SIGINT ignored, and children inherit that: the test must not depend on
        // who started it
        string[] command =
        [
            "env",
            "--default-signal=INT",
            .. under,
            .. ChildProcess.Beside("pipeline-score", arguments),
        ];
        Process process = ChildProcess.Start(workingFolder, command);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        return new ScoreProcess(process);
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string workingFolder,
        params string[] arguments
    )
    {
        using ScoreProcess process = Start(workingFolder, arguments);
        return await process.EndAsync();
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string workingFolder,
        byte[] input,
        params string[] arguments
    )
    {
        using ScoreProcess process = Start(workingFolder, input, arguments, []);
        return await process.EndAsync();
    }

    /// <summary>What cannot be caught: the program has no chance to tidy up.</summary>
    internal void Kill() => process.Kill();

    /// <summary>
    /// Waits for the end. Lines of progress, which only a slow machine gets to see, are left out of standard error.
    /// </summary>
    internal async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, ProgressLines().Replace(await error, string.Empty));
    }

    /// <summary>What Ctrl-C sends.</summary>
    internal async Task InterruptAsync()
    {
        using Process kill = Process.Start(
            "kill",
            ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }

    public void Dispose() => process.Dispose();

    [GeneratedRegex("^[0-9]+(/[0-9]+)? images  .*images/s.*\n", RegexOptions.Multiline)]
    private static partial Regex ProgressLines();
}
