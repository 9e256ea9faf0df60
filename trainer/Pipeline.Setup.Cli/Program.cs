using System.CommandLine;
using Pipeline.CommandLine;

namespace Pipeline.Setup.Cli;

/// <summary>The program <c>pipeline-setup</c>, which <c>./build.sh --target=setup --gpu</c> runs.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var interruption = new Interruption();
        var root = new RootCommand("Libtorch with CUDA, and what this machine has of what GPUs need. Run by ./build.sh --target=setup --gpu.") { LibtorchCommand.Create(), ReportCommand.Create() };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Failure.ReportUsage(parsed, Console.Error);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Failure.Report(error, Console.Error);
        }
    }
}
