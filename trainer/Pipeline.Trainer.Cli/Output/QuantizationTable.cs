using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Training.Gate;
using Pipeline.Training.Quantization;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The last lines of a quantization: float32 beside int8.</summary>
internal static class QuantizationTable
{
    /// <summary>Writes them.</summary>
    internal static void Write(QuantizationReport report, string output, string reportPath)
    {
        Console.WriteLine();
        ConsoleTable.Write(["", "float32", "int8"], Rows(report), numbers: true);
        string kept = report.FloatNodes.Count > 0 ? $", {report.FloatNodes.Count} kept in float32 for accuracy" : "";
        Console.WriteLine(
            report.Published
                ? $"int8    {output}  ({report.Int8Nodes.Count} operators in int8{kept})"
                : $"int8    not published: {string.Join("; ", report.Reasons)}"
        );
        Console.WriteLine($"report  {reportPath}  ({report.Validation.Changed.Count} images get another class)");
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(QuantizationReport report)
    {
        AccuracyComparison validation = report.Validation;
        yield return
        [
            "validation accuracy",
            Text($"{validation.Float32:P2}"),
            Text($"{validation.Int8:P2} ({-validation.DropPoints:+0.00;-0.00;0.00} points)"),
        ];
        if (report.Test is AccuracyComparison test)
        {
            yield return
            [
                "test accuracy",
                Text($"{test.Float32:P2}"),
                Text($"{test.Int8:P2} ({-test.DropPoints:+0.00;-0.00;0.00} points)"),
            ];
        }

        yield return ["size, MB", Text($"{report.Float32Bytes / 1e6:0.00}"), Text($"{report.Int8Bytes / 1e6:0.00}")];
        yield return report.Speed is SpeedComparison speed
            ?
            [
                Text($"ms per image, batch {speed.BatchSize}, {speed.Threads} threads"),
                Text($"{speed.Float32MsPerImage:0.000}"),
                Text($"{speed.Int8MsPerImage:0.000} ({speed.Speedup:0.00}x as fast)"),
            ]
            : ["ms per image", "not measured", "not measured"];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
