using Pipeline.CommandLine;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>
/// The program <c>pipeline-evaluate-mlnet</c>: one job, one exit code per outcome (<see cref="ExitCodes"/>).
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => Programs.RunAsync(EvaluateMLNetCommand.Create, args);
}
