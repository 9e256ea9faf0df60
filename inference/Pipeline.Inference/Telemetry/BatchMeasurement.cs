using System.Diagnostics;

namespace Pipeline.Inference.Telemetry;

/// <summary>
/// One run of the network under way; a value, so that measuring allocates nothing while nobody listens.
/// </summary>
internal readonly struct BatchMeasurement(Activity? activity, int images, string device) : IDisposable
{
    private readonly long start = Stopwatch.GetTimestamp();

    public void Dispose()
    {
        InferenceTelemetry.EndBatch(device, images, Stopwatch.GetElapsedTime(start));
        activity?.Dispose();
    }
}
