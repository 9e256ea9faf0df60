using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Export.Quantization;
using Pipeline.Inference.Batching;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Runs;
using Pipeline.Training.Quantization;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary>
/// <c>quantize</c>: a checked float32 model in, an int8 model out if it is accurate and fast enough here.
/// </summary>
internal sealed class QuantizeCommand
{
    private static readonly QuantizationRecipe Standard = new();

    private readonly Command command = new(
        "quantize",
        "Make an int8 model of a finished one, published only if it is accurate and fast enough on this machine."
    );
    private readonly Option<string?> run = new("--run")
    {
        Description =
            "Folder of a finished run: its model.onnx, training images to calibrate on, validation images to judge by.",
    };
    private readonly Option<string?> model = new("--model", "-m")
    {
        Description = "Instead of a run: a float32 model.",
    };
    private readonly Option<string?> calibration = new("--calibration")
    {
        Description = "With --model: folder of images to calibrate on, such as the training images.",
    };
    private readonly Option<string?> validation = new("--validation")
    {
        Description = "With --model: folder with one sub-folder of images per class, to judge by.",
    };
    private readonly Option<string?> output = new("--output", "-o")
    {
        Description =
            "The int8 file. Default: model.int8.onnx beside the model; quantization.json goes to the same folder.",
    };
    private readonly Option<string> method = new("--method")
    {
        Description = "How ranges are chosen: min-max, moving-average, percentile or entropy.",
        DefaultValueFactory = _ => WireNames.ToKebab(Standard.Calibration),
    };
    private readonly Option<double> percentile = new("--percentile")
    {
        Description = "For percentile: share of the values inside the range, in percent.",
        DefaultValueFactory = _ => Standard.Percentile,
    };
    private readonly Option<int> images = new("--images")
    {
        Description = "Images to calibrate on, at most.",
        DefaultValueFactory = _ => Standard.Images,
    };
    private readonly Option<double> budget = new("--budget-points")
    {
        Description = "Percentage points of validation accuracy that int8 may cost.",
        DefaultValueFactory = _ => Standard.BudgetPoints,
    };
    private readonly Option<double> speedup = new("--min-speedup")
    {
        Description = "How many times as fast as float32 it must be here.",
        DefaultValueFactory = _ => Standard.MinSpeedup,
    };
    private readonly Option<bool> biasCorrection = new("--bias-correction")
    {
        Description = "Take back the mean error of rounded weights.",
        DefaultValueFactory = _ => Standard.BiasCorrection,
    };
    private readonly Option<bool> reduceRange = new("--reduce-range")
    {
        Description = "Use 7 bits for weights, right on processors without VNNI. Default: what is right here.",
        DefaultValueFactory = _ => Standard.ReduceRange,
    };
    private readonly Option<int> threads = new("--threads")
    {
        Description = "Threads of the runtime.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<bool> force = OutputFile.Force();

    private QuantizeCommand()
    {
        foreach (
            Option option in new Option[]
            {
                run,
                model,
                calibration,
                validation,
                output,
                method,
                percentile,
                images,
                budget,
                speedup,
                biasCorrection,
                reduceRange,
                threads,
                force,
            }
        )
        {
            command.Options.Add(option);
        }

        method.AcceptOnlyFromAmong([.. Enum.GetValues<CalibrationKind>().Select(WireNames.ToKebab)]);
        RequireRange(percentile, value => value is > 50 and <= 100, "above 50 and up to 100");
        RequireRange(images, value => value >= 1, "at least 1");
        RequireRange(budget, value => value is >= 0 and <= 100, "0 to 100");
        RequireRange(speedup, value => value is >= 0 and <= 100, "0 to 100");
        RequireRange(threads, value => value is >= 1 and <= 1024, "1 to 1024");
        command.Validators.Add(result =>
        {
            bool isFolders =
                result.GetValue(model) is not null
                && result.GetValue(calibration) is not null
                && result.GetValue(validation) is not null;
            bool isAnyFolder =
                result.GetValue(model) is not null
                || result.GetValue(calibration) is not null
                || result.GetValue(validation) is not null;
            if (result.GetValue(run) is not null ? isAnyFolder : !isFolders)
            {
                result.AddError("Give either --run, or --model with --calibration and --validation.");
            }
        });
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new QuantizeCommand().command;

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        QuantizationJob job = Job(parsed);
        QuantizationReport report = new ModelQuantization(
            job,
            ConsoleProgress.OnConsole(),
            TimeProvider.System
        ).Execute(cancellationToken);
        QuantizationTable.Write(report, job.Output, job.Report);
        return report.Published
            ? ExitCodes.Done
            : throw new ExportException(
                $"No int8 model was published: {string.Join("; ", report.Reasons)}. '{job.Output}' was not touched; "
                    + $"see {job.Report}."
            )
            {
                Subject = job.Output,
            };
    }

    private QuantizationJob Job(ParseResult parsed)
    {
        string? folder = parsed.GetValue(run) is string named ? RunFolder.At(named).Path : null;
        string source = folder is null ? parsed.GetValue(model) ?? string.Empty : Path.Combine(folder, "model.onnx");
        string target = parsed.GetValue(output) ?? Path.ChangeExtension(source, ".int8.onnx");
        CheckOutputs(parsed, source, target);
        LabelSet labels = QuantizableModel.Load(source).Contract.Labels;
        string trainFolder = parsed.GetValue(calibration) ?? string.Empty,
            validationFolder = parsed.GetValue(validation) ?? string.Empty;
        DatasetSplits splits = folder is null
            ? new DatasetSplits(
                validationFolder,
                labels,
                [.. FolderListing.Files(trainFolder).Select(path => new ImageSample(path, -1))],
                QuantizationImages.OfFolder(validationFolder, labels),
                []
            )
            : QuantizationImages.OfRun(folder, labels);
        return new QuantizationJob
        {
            Model = source,
            Output = target,
            Report = ReportOf(target),
            Calibration = [.. splits.Train.Select(sample => sample.Path)],
            CalibrationName = folder is null
                ? $"Calibration folder '{trainFolder}'"
                : $"The training part of run '{folder}'",
            Validation = splits.Validation,
            Test = splits.Test,
            Root = splits.Root,
            Settings = Settings(parsed),
            Threads = parsed.GetValue(threads),
        };
    }

    private static string ReportOf(string target) =>
        Path.Combine(Path.GetDirectoryName(target) ?? string.Empty, "quantization.json");

    /// <summary>The default name is int8's own, and may be written again.</summary>
    private void CheckOutputs(ParseResult parsed, string source, string target)
    {
        bool mayReplace = parsed.GetValue(force) || parsed.GetResult(output) is null;
        OutputFile.Check(target, OutputKind.Model, mayReplace, [source]);
        OutputFile.Check(
            ReportOf(target),
            OutputKind.Json("a report of a quantization", "minSpeedup"),
            mayReplace,
            [source]
        );
    }

    private QuantizationRecipe Settings(ParseResult parsed) =>
        new()
        {
            Calibration = WireNames.Parse<CalibrationKind>(parsed.GetRequiredValue(method), "--method"),
            Percentile = parsed.GetValue(percentile),
            Images = parsed.GetValue(images),
            BudgetPoints = parsed.GetValue(budget),
            MinSpeedup = parsed.GetValue(speedup),
            BiasCorrection = parsed.GetValue(biasCorrection),
            ReduceRange = parsed.GetValue(reduceRange),
        };

    private static void RequireRange<T>(Option<T> option, Predicate<T> accepts, string expected) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is T value && !accepts(value))
            {
                result.AddError(
                    string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}, expected {expected}.")
                );
            }
        });
}
