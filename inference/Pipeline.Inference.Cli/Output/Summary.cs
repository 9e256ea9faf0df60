using System.Globalization;
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
    internal static void Write(ProgressLine progress, DeviceReport device, IEnumerable<string> files, string next)
    {
        string asked = device.Requested == device.Effective ? string.Empty : $" (asked: {Core.Contracts.WireNames.ToKebab(device.Requested)}; {device.Reason})";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"images  {progress.Done}, {progress.Errors} of them errors; {progress.ImagesPerSecond:0.0} images/s, {progress.Elapsed.TotalSeconds:0.0} s"));
        Console.WriteLine($"device  {Core.Contracts.WireNames.ToKebab(device.Effective)}{asked}");
        foreach (string file in files)
        {
            Console.WriteLine($"written {file}");
        }

        Console.WriteLine($"next    {next}");
    }

    /// <summary>A path as a shell takes it.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>The path, in quotes when it has a space.</returns>
    internal static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
