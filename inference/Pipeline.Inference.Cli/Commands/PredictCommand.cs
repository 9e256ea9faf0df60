using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Sources;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>predict</c>: a few images in, a small bar chart each out.</summary>
internal sealed class PredictCommand
{
    private const int BarWidth = 30;
    private readonly Command command = new("predict", "Classify a few images and show the scores as bars.");
    private readonly ModelOptions model;
    private readonly SourceOptions sources;
    private readonly Option<int> top = ModelOptions.Positive("--top", "Classes to show.", 5, 100_000);

    private PredictCommand()
    {
        model = new ModelOptions(command);
        sources = new SourceOptions(command);
        command.Options.Add(top);
        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new PredictCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ImageSources images = sources.Resolve(parsed, keepMissing: true, new HashSet<string>(), cancellationToken);
        using ImageClassifier classifier = model.Load(parsed);
        int exitCode = ExitCodes.Done;
        await foreach (
            Prediction prediction in SourceClassifier
                .ClassifyAsync(classifier, images.Paths, sources.Limits(parsed, images), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            if (prediction.Error is not null)
            {
                await Console
                    .Error.WriteLineAsync($"error: {TerminalText.Shorten(prediction.Error)}")
                    .ConfigureAwait(false);
                exitCode = ExitCodes.BadInput;
                continue;
            }

            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{TerminalText.Shorten(prediction.Path)}: "
                        + $"{prediction.Label} ({100 * prediction.Probability:0.0} %)"
                )
            );
            foreach (string line in Bars(prediction.Probabilities, classifier.Labels, parsed.GetValue(top)))
            {
                Console.WriteLine(line);
            }
        }

        return exitCode;
    }

    /// <summary>Draws the best classes.</summary>
    /// <param name="probabilities">One per class.</param>
    /// <param name="labels">Class names.</param>
    /// <param name="count">Classes to show.</param>
    /// <returns>A line per class, the best first; equal ones in label order.</returns>
    private static IEnumerable<string> Bars(float[] probabilities, LabelSet labels, int count)
    {
        int[] best = TopClasses.Find(probabilities, count);
        int width = best.Max(index => labels[index].Length);
        return best.Select(index =>
        {
            int filled = (int)Math.Round(probabilities[index] * BarWidth);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"  {labels[index].PadRight(width)}  {new string('█', filled)}{new string('·', BarWidth - filled)} "
                    + $"{100 * probabilities[index], 5:0.0} %"
            );
        });
    }
}
