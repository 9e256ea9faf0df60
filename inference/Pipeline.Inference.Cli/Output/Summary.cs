using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Output;

/// <summary>The last lines of a run on standard output: what was done, where it is, what to do next.</summary>
internal static class Summary
{
    /// <summary>Writes the lines.</summary>
    /// <param name="progress">Counts and time of the run. Borrowed.</param>
    /// <param name="device">Where the network ran.</param>
    /// <param name="files">Files written.</param>
    /// <param name="next">The next command to type.</param>
    /// <param name="stages">Where the time went; <c>null</c> when that was not measured.</param>
    internal static void Write(
        ProgressLine progress,
        DeviceReport device,
        IEnumerable<string> files,
        string next,
        string? stages = null
    )
    {
        string errors =
            progress.Errors == 0 ? "no errors"
            : progress.Errors == 1 ? "1 error"
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Errors} errors");
        string rejected = progress.Rejected == 0 ? "" : $", {progress.Rejected} too uncertain for a label";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"images  {progress.Done}, {errors}{rejected}; "
                    + $"{progress.ImagesPerSecond:0.0} images/s, {progress.Elapsed.TotalSeconds:0.0} s"
            )
        );
        if (stages is not null)
        {
            Console.WriteLine($"stages  {stages}");
        }

        Console.WriteLine($"device  {Describe(device)}");
        foreach (string file in files)
        {
            Console.WriteLine($"written {file}");
        }

        Console.WriteLine($"next    {next}");
    }

    /// <summary>Where the time of a run went.</summary>
    /// <param name="times">Decoding and network.</param>
    /// <param name="write">Writing of rows.</param>
    /// <param name="images">Images of the run.</param>
    /// <param name="options">Its settings.</param>
    /// <returns>Work per image and stage.</returns>
    internal static string Stages(StageClock times, TimeSpan write, long images, ScoringOptions options)
    {
        double count = Math.Max(images, 1);
        (double decode, double score) = (times.Decode.TotalMilliseconds / count, times.Score.TotalMilliseconds / count);
        string work =
            options.ConcurrentRuns > 1
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"decode {decode:0.00} ms and score {score:0.00} ms on each of {options.ConcurrentRuns} workers"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"decode {decode:0.00} ms on each of {options.DecodeWorkers} workers, "
                        + $"score {score:0.00} ms beside them"
                );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{work}, write {write.TotalMilliseconds / count:0.000} ms per image"
        );
    }

    /// <summary>A path as a shell takes it.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>The path, in quotes when it has a space.</returns>
    internal static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    /// <summary>The device in use; with the reason when another one was asked for by name.</summary>
    /// <param name="device">Both devices.</param>
    /// <returns>Such as <c>cpu</c> or <c>cpu (asked: cuda; why)</c>.</returns>
    private static string Describe(DeviceReport device) =>
        device.Requested == device.Effective || device.Requested == ScoringDevice.Auto
            ? WireNames.ToKebab(device.Effective)
            : $"{WireNames.ToKebab(device.Effective)} (asked: {WireNames.ToKebab(device.Requested)}; {device.Reason})";
}
