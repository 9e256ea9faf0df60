using System.Diagnostics.Metrics;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Cli.Output;

/// <summary>
/// Adds up where the time of a run goes, from what the package tells about itself (<see cref="InferenceTelemetry"/>).
/// Thread-safe.
/// </summary>
internal sealed class StageClock : IDisposable
{
    private readonly Lock gate = new();
    private readonly MeterListener listener = new();
    private double decodeSeconds;
    private double scoreSeconds;

    /// <summary>Starts to listen.</summary>
    internal StageClock()
    {
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (
                instrument.Meter.Name == InferenceTelemetry.SourceName
                && instrument.Name is InferenceTelemetry.DecodeDuration or InferenceTelemetry.BatchDuration
            )
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) => Add(instrument.Name, seconds));
        listener.Start();
    }

    /// <summary>
    /// Reading, decoding and resizing, summed over all workers: two workers busy for a second are two seconds.
    /// </summary>
    internal TimeSpan Decode => TimeSpan.FromSeconds(decodeSeconds);

    /// <summary>Runs of the network, summed over those side by side; the threads inside of a run count once.</summary>
    internal TimeSpan Score => TimeSpan.FromSeconds(scoreSeconds);

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Add(string name, double seconds)
    {
        lock (gate)
        {
            if (name == InferenceTelemetry.DecodeDuration)
            {
                decodeSeconds += seconds;
            }
            else
            {
                scoreSeconds += seconds;
            }
        }
    }
}
