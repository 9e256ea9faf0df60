using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Training.Gate;

/// <summary>
/// How fast two files of one model are here, measured in turns so that what else the machine does slows both.
/// </summary>
/// <param name="BatchSize">Images per run of the network.</param>
/// <param name="Threads">Threads of the runtime.</param>
/// <param name="Rounds">Times that each was measured.</param>
/// <param name="Float32MsPerImage">Median, in milliseconds.</param>
/// <param name="Int8MsPerImage">Median, in milliseconds.</param>
public sealed record SpeedComparison(
    int BatchSize,
    int Threads,
    int Rounds,
    double Float32MsPerImage,
    double Int8MsPerImage
)
{
    private const int FewestRounds = 9,
        MostRounds = 61;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TooMuch = TimeSpan.FromSeconds(60);

    /// <summary>How many times as fast as float32 int8 is: ratio of the medians.</summary>
    public double Speedup => Float32MsPerImage / Int8MsPerImage;

    /// <summary>Measures.</summary>
    internal static SpeedComparison Measure(
        string floatModel,
        string int8Model,
        int threads,
        int batchSize,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads };
        using ScoringSession first = ScoringSession.Open(floatModel, options);
        using ScoringSession second = ScoringSession.Open(int8Model, options);
        ImageSize size = first.Contract.Preprocessing.Size;
        byte[] pixels = new byte[batchSize * size.RgbBytes];
        GoldenSample.FillPixels(pixels, batchSize, size);
        double Time(ScoringSession session)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = clock.GetTimestamp();
            session.Score(pixels, batchSize).Dispose();
            return clock.GetElapsedTime(start).TotalMilliseconds / batchSize;
        }

        for (int warmUp = 0; warmUp < 2; warmUp++)
        {
            Time(first);
            Time(second);
        }

        List<double> float32 = [],
            int8 = [];
        long began = clock.GetTimestamp();
        while (float32.Count < FewestRounds || (float32.Count < MostRounds && clock.GetElapsedTime(began) < Enough))
        {
            float32.Add(Time(first));
            int8.Add(Time(second));
            if (float32.Count >= 3 && clock.GetElapsedTime(began) > TooMuch)
            {
                break;
            }
        }

        return new SpeedComparison(batchSize, threads, float32.Count, Median(float32), Median(int8));
    }

    /// <summary>The value in the middle.</summary>
    internal static double Median(IEnumerable<double> values) =>
        values.Order().ToArray() is var sorted && sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
