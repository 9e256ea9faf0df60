using System.CommandLine;
using Pipeline.CommandLine;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>The program <c>pipeline-evaluate-mlnet</c>: one job, one exit code per outcome (<see cref="ExitCodes"/>).</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var interruption = new Interruption();
        RootCommand root = EvaluateCommand.Create();
        try
        {
            ParseResult parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                return Failure.ReportUsage(parsed, Console.Error);
            }

            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Failure.Report(error, Console.Error);
        }
    }
}
