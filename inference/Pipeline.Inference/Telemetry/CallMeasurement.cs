using System.Diagnostics;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Telemetry;

/// <summary>
/// One call of a hosted classifier under way: an activity, and the figures that are recorded at its end.
/// </summary>
internal sealed class CallMeasurement(Activity? activity, string model, string device) : IDisposable
{
    private readonly long start = Stopwatch.GetTimestamp();
    private int images;
    private int errors;

    /// <summary>Counts an answer.</summary>
    /// <param name="prediction">The answer.</param>
    /// <returns>The same.</returns>
    internal Prediction Record(Prediction prediction)
    {
        images++;
        if (prediction.Error is { } error)
        {
            errors++;
            activity?.SetStatus(ActivityStatusCode.Error, error);
        }

        return prediction;
    }

    public void Dispose()
    {
        InferenceTelemetry.EndCall(model, device, images, errors, Stopwatch.GetElapsedTime(start));
        activity?.Dispose();
    }
}
