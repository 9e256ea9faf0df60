using System.Globalization;

namespace Pipeline.Bench;

/// <summary>
/// Times of one thing, measured in turn with others so that what else the machine does slows all alike.
/// </summary>
internal sealed class Measurement(string name, Action work)
{
    private readonly List<double> milliseconds = [];
    private readonly List<double> processorMilliseconds = [];
    private long allocatedBytes;

    /// <summary>Median wall time of a run.</summary>
    internal double MedianMs => Median(milliseconds);

    /// <summary>Shortest wall time of a run.</summary>
    internal double FastestMs => milliseconds.Min();

    /// <summary>Median processor time of a run.</summary>
    internal double MedianProcessorMs => Median(processorMilliseconds);

    /// <summary>
    /// Median over the rounds of another's processor time divided by this one's: what else the machine does changes
    /// between rounds, hardly within one.
    /// </summary>
    internal double PairedRatio(Measurement other) =>
        Median([.. processorMilliseconds.Zip(other.processorMilliseconds, (own, others) => others / own)]);

    /// <summary>Runs all of them once to warm up, then in turns.</summary>
    internal static void RunInTurns(int rounds, params IReadOnlyList<Measurement> measurements)
    {
        foreach (Measurement measurement in measurements)
        {
            measurement.Run();
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Measurement measurement in measurements)
            {
                measurement.Once();
            }
        }
    }

    /// <summary>One line: median, fastest, processor time and managed bytes of one piece.</summary>
    /// <param name="pieces">How many equal pieces one run of the work is.</param>
    /// <param name="unit">What a piece is.</param>
    internal string Describe(int pieces, string unit)
    {
        double scale = pieces >= 1000 ? 1000.0 / pieces : 1.0 / pieces;
        string time = pieces >= 1000 ? "us" : "ms";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name, -34} median {Median(milliseconds) * scale, 9:0.000} {time}  fastest "
                + $"{milliseconds.Min() * scale, 9:0.000} {time}  processor "
                + $"{Median(processorMilliseconds) * scale, 9:0.000} {time}  "
                + $"{allocatedBytes / milliseconds.Count / pieces, 9:N0} B  per {unit}"
        );
    }

    private void Run() => work();

    private void Once()
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        (double wall, double processor) = Clock.Time(work);
        allocatedBytes += GC.GetTotalAllocatedBytes(precise: true) - bytes;
        milliseconds.Add(wall);
        processorMilliseconds.Add(processor);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
