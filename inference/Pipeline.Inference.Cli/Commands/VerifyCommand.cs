using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Verification;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>verify</c>: does this model, on this machine, answer as its trainer did?</summary>
internal sealed class VerifyCommand
{
    private readonly Command command = new(
        "verify",
        "Check that a model answers here as it did in training: its self-test, and real images when there is a "
            + "golden file."
    );
    private readonly ModelOptions model;
    private readonly Option<string?> golden = new("--golden")
    {
        Description = "Golden file of the export. Default: golden.safetensors beside the model, when there is one.",
    };
    private readonly Option<string?> imageRoot = new("--image-root")
    {
        Description = "Folder that the golden file's relative paths start from, to decode the originals again.",
    };
    private readonly Option<string?> output = new("--output", "-o") { Description = "Write the findings as JSON." };

    private readonly Option<bool> force = OutputFile.Force();

    private VerifyCommand()
    {
        model = new ModelOptions(command);
        command.Options.Add(golden);
        command.Options.Add(imageRoot);
        command.Options.Add(output);
        command.Options.Add(force);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new VerifyCommand().command;

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string modelPath = model.Path(parsed);
        model.LimitMemory(parsed, modelPath);
        string beside = Path.Combine(Path.GetDirectoryName(modelPath) ?? string.Empty, "golden.safetensors");
        string? goldenPath = parsed.GetValue(golden) ?? (File.Exists(beside) ? beside : null);
        if (parsed.GetValue(output) is { } written)
        {
            OutputFile.Check(
                written,
                OutputKind.Json("a report of a verification", "maxAbsLogitDifference"),
                parsed.GetValue(force),
                [.. model.Files(parsed), goldenPath]
            );
        }

        if (goldenPath is null)
        {
            return SelfTestOnly(parsed, beside);
        }

        var options = new VerificationOptions
        {
            Scoring = model.Scoring(parsed),
            ImageRoot = parsed.GetValue(imageRoot),
        };
        VerificationReport report = ModelVerifier.Verify(
            modelPath,
            goldenPath,
            options,
            new FallbackLogger(),
            cancellationToken
        );
        if (parsed.GetValue(output) is { } target)
        {
            VerificationJson.Write(target, report);
        }

        Show(report, goldenPath);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private int SelfTestOnly(ParseResult parsed, string beside)
    {
        using ScoringSession session = ScoringSession.Open(
            model.Path(parsed),
            model.Scoring(parsed),
            new FallbackLogger()
        );
        Console.WriteLine(
            session.SelfTestDifference is { } difference
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"passed: contract and self-test on {WireNames.ToKebab(session.Device.Effective)}, "
                        + $"largest difference {difference:g3}. There is no '{beside}', so no real image was compared."
                )
                : $"passed: contract only. The model carries no self-test and there is no '{beside}'."
        );
        return ExitCodes.Done;
    }

    private static void Show(VerificationReport report, string goldenPath)
    {
        ConsoleTable.Write(
            ["check", "result"],
            [
                ["golden file", goldenPath],
                ["images", $"{report.Images}"],
                ["batch sizes", string.Join(", ", report.BatchSizes)],
                ["largest logit difference", $"{report.MaxAbsLogitDifference:g3} (allowed {report.Tolerance:g3})"],
                ["same class as the trainer", EvaluationTable.Share(report.Top1Agreement)],
                ["accuracy, trainer", EvaluationTable.Share(report.AccuracyTorch)],
                ["accuracy, this model", EvaluationTable.Share(report.AccuracyOnnx)],
                ["originals decoded alike", $"{report.ImagesDecodedEqual} ({report.ImagesMissing} not there)"],
            ],
            numbers: false
        );
        foreach (Disagreement image in report.Disagreements)
        {
            Console.WriteLine(
                $"{(image.Counted ? "differs" : "undecided")}: {image.Image}: trainer {image.Expected}, "
                    + $"model {image.Found}, margin {image.Margin:g3}"
            );
        }

        foreach (string failure in report.Failures)
        {
            Console.WriteLine($"failure: {failure}");
        }

        Console.WriteLine(report.Passed ? "passed" : "FAILED: do not publish this model");
    }
}
