using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Inference.Cli.Commands;

namespace Pipeline.Inference.Cli;

/// <summary>
/// The program <c>pipeline-score</c>: one verb per job, one exit code per outcome (<see cref="ExitCodes"/>).
/// </summary>
internal static class Program
{
    private const string Description = """
        Scores images with a model that Pipeline exported. One file, model.onnx, is
        all it needs.

        Examples:
          pipeline-score predict   --model model.onnx cat.jpg dog.jpg
          pipeline-score score     --model model.onnx photos --output predictions.csv
          find photos -print0 | pipeline-score score --model model.onnx --null -
          pipeline-score evaluate  --model model.onnx --folder test
          pipeline-score compare   old.onnx new.onnx test
          pipeline-score tune      --model model.onnx --folder photos
          pipeline-score verify    --model model.onnx
          pipeline-score inspect   --model model.onnx

        Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
        PIPELINE_DEBUG=1 shows stack traces.
        """;

    private static Task<int> Main(string[] args) =>
        Programs.RunAsync(
            () =>
                new RootCommand(Description)
                {
                    ScoreCommand.Create(),
                    EvaluateCommand.Create(),
                    VerifyCommand.Create(),
                    CompareCommand.Create(),
                    PredictCommand.Create(),
                    InspectCommand.Create(),
                    TuneCommand.Create(),
                    BenchmarkCommand.Create(),
                    MergeCommand.Create(),
                },
            args
        );
}
