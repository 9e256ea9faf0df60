using System.Globalization;
using System.Text.Json;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>Writes a learning-rate sweep: all of it as JSON, a table of some of its steps to the terminal.</summary>
internal static class RateSweepOutput
{
    private const int BarLength = 30;
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Writes both.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="phase">Number of the phase, from 1.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="path">The JSON file.</param>
    /// <param name="rows">Rows of the table, about.</param>
    internal static void Write(
        RateSweep sweep,
        string model,
        int phase,
        OptimizerRecipe optimizer,
        string path,
        int rows
    )
    {
        AtomicFile.WriteText(
            path,
            JsonSerializer.Serialize(
                new
                {
                    model,
                    phase,
                    optimizer = WireNames.ToKebab(optimizer.Name),
                    recipeLearningRate = optimizer.LearningRate,
                    sweep.Suggested,
                    sweep.Points,
                },
                Json
            ) + "\n"
        );
        RatePoint[] points = [.. sweep.Points];
        int[] places =
        [
            .. Enumerable
                .Range(0, points.Length)
                .Where(index =>
                    index % Math.Max(1, points.Length / rows) == 0 || points[index].LearningRate == sweep.Suggested
                ),
        ];
        double low = points.Length == 0 ? 0 : points.Min(point => point.SmoothedLoss),
            high = points.Length == 0 ? 1 : points.Max(point => point.SmoothedLoss);
        ConsoleTable.Write(
            ["learning rate", "loss", "smoothed", string.Empty],
            places.Select(index =>
                (IReadOnlyList<string>)
                    [
                        Text(points[index].LearningRate, "0.0e+00"),
                        Text(points[index].Loss, "0.0000"),
                        Text(points[index].SmoothedLoss, "0.0000"),
                        Bar(points[index])
                            + (points[index].LearningRate == sweep.Suggested ? "  <- steepest" : string.Empty),
                    ]
            ),
            numbers: false
        );
        Console.WriteLine(
            sweep.Suggested is double rate
                ? $"Suggested learning rate of '{model}', phase {phase}: "
                    + $"{Text(rate, "0.0e+00")} ({WireNames.ToKebab(optimizer.Name)}; "
                    + $"the recipe has {Text(optimizer.LearningRate, "0.0e+00")}). All {points.Length} steps: "
                    + $"{path}"
                : $"The loss of '{model}', phase {phase}, did not fall at any of the {points.Length} rates tried, "
                    + "so there is no suggestion. Try a lower --lowest, a higher --highest or more --steps. "
                    + $"All steps: {path}"
        );

        string Bar(RatePoint point) =>
            new('#', (int)Math.Round(BarLength * (point.SmoothedLoss - low) / Math.Max(high - low, 1e-12)));
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
