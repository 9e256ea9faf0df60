using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>inspect</c>: what a model file says about itself, and where it would run.</summary>
internal sealed class InspectCommand
{
    private readonly Command command = new(
        "inspect",
        "Show a model's contract: classes, preprocessing, inputs and outputs, origin, device."
    );
    private readonly ModelOptions model;

    private InspectCommand()
    {
        model = new ModelOptions(command);
        command.SetAction(Run);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new InspectCommand().command;

    private int Run(ParseResult parsed)
    {
        using ScoringSession session = ScoringSession.Open(
            model.Path(parsed),
            model.Scoring(parsed),
            new FallbackLogger()
        );
        ModelContract contract = session.Contract;
        var rows = new List<IReadOnlyList<string>>
        {
            Row("model", $"{session.ModelPath} ({new FileInfo(session.ModelPath).Length} bytes)"),
            new[] { "contract version", ModelContract.CurrentVersion },
            Row("classes", $"{contract.Labels.Count}: {contract.Labels}"),
            Row("preprocessing", $"{Describe(contract.Preprocessing)}"),
            Row("temperature", $"{contract.Temperature}: probabilities = softmax(logits / temperature)"),
        };
        if (contract.Reject is { } reject)
        {
            rows.Add(
                Row(
                    "minimum confidence",
                    $"{reject.MinimumConfidence:0.####}; on the validation images {reject.Accuracy:0.0000} accuracy "
                        + $"of the {reject.Coverage:0.0000} that it accepts"
                )
            );
        }

        rows.AddRange(session.Inputs.Select(input => Row($"input {input.Name}", $"{input}")));
        rows.AddRange(session.Outputs.Select(output => Row($"output {output.Name}", $"{output}")));
        rows.AddRange(contract.Metrics.Select(metric => Row($"metric {metric.Key}", $"{metric.Value}")));
        rows.AddRange(contract.Provenance.Select(entry => Row($"from {entry.Key}", $"{entry.Value}")));
        rows.Add(
            Row(
                "device",
                $"{WireNames.ToKebab(session.Device.Effective)} (asked: "
                    + $"{WireNames.ToKebab(session.Device.Requested)}; {session.Device.Reason})"
            )
        );
        if (session.Device.Placement.Count > 0)
        {
            rows.Add(
                Row(
                    "nodes",
                    string.Join(", ", session.Device.Placement.Select(part => $"{part.Nodes} on {part.Provider}"))
                )
            );
        }

        rows.Add(
            session.SelfTestDifference is { } difference
                ? Row("self-test", $"passed, largest difference {difference:g3}")
                : Row("self-test", $"the model carries none")
        );
        ConsoleTable.Write(["what", "value"], rows, numbers: false);
        return ExitCodes.Done;
    }

    private static string Describe(Preprocessing rules) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{rules.Size}, {WireNames.ToKebab(rules.Resize)}, "
                + $"{WireNames.ToKebab(rules.Kernel)}{(rules.Antialias ? ", antialiased" : string.Empty)}, "
                + $"shrink on load {WireNames.ToKebab(rules.ShrinkOnLoad)}, "
                + $"alpha {WireNames.ToKebab(rules.Alpha)}; in the graph: "
                + $"{WireNames.ToKebab(rules.ChannelOrder)}, "
                + $"(value x {rules.Scale:g6} - [{Join(rules.Mean)}]) / [{Join(rules.Std)}]"
        );

    private static string Join(double[] values) =>
        string.Join(", ", values.Select(value => value.ToString("g6", CultureInfo.InvariantCulture)));

    private static string[] Row(string name, string value) => [name, value];
}
