using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Trainer.Cli.Commands;

namespace Pipeline.Trainer.Cli;

/// <summary>
/// The program <c>pipeline-train</c>: one verb per job, one exit code per outcome (<see cref="ExitCodes"/>).
/// </summary>
internal static class Program
{
    private const string Description = """
        Trains image classifiers from a recipe, and exports each as one checked
        ONNX file.

        Examples:
          pipeline-train train recipes/cats-dogs-cifar.yaml
          pipeline-train train recipes/cats-dogs-cifar.yaml --set seed=7
          pipeline-train lr-find recipes/cats-dogs-cifar.yaml --model frozen
          pipeline-train export --checkpoint best.safetensors --output model.onnx
          pipeline-train quantize --run artifacts/cats-dogs-cifar/latest
          pipeline-train compare --run artifacts/cats-dogs-cifar/latest
          pipeline-train features --run <folder of a run> --output features.csv
          pipeline-train summary mobilenet-v2 --size 96
          pipeline-train summary vgg-16 --head "flatten; dense: classes"
          pipeline-train weights import r50.pth --network resnet-50 -o w.safetensors
          pipeline-train recipe keys

        Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
        PIPELINE_DEBUG=1 shows stack traces.
        """;

    private static Task<int> Main(string[] args) =>
        Programs.RunAsync(
            () =>
                new RootCommand(Description)
                {
                    TrainCommand.Create(),
                    LearningRateCommand.Create(),
                    ExportCommand.Create(),
                    QuantizeCommand.Create(),
                    CompareRunCommand.Create(),
                    FeaturesCommand.Create(),
                    SummaryCommand.Create(),
                    RecipeCommand.Create(),
                    WeightsCommand.Create(),
                },
            args
        );
}
