using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Tests.Hosting;

namespace Pipeline.Inference.Tests.Telemetry;

/// <summary>
/// Other tests run beside these and measure too: each test looks at its own model name, or at what it alone sends.
/// </summary>
public sealed class InferenceTelemetryTests
{
    [Fact]
    public void Call_ImageAndNoImage_AreCountedAndTimed()
    {
        const string name = "counted";
        using var listener = new Listener();
        using var model = new HostedModel(name: name);

        model.Classifier.Classify(TestPictures.PngOf("red"), "good");
        model.Classifier.Classify([1, 2, 3], "bad");

        Assert.Equal(2, listener.Of(InferenceTelemetry.Images, name).Sum());
        Assert.Equal(1, listener.Of(InferenceTelemetry.Errors, name).Sum());
        Assert.Equal(2, listener.Of(InferenceTelemetry.CallDuration, name).Count(seconds => seconds > 0));
    }

    [Fact]
    public void Reload_GoodAndBadFile_AreCountedByOutcome()
    {
        const string name = "reloaded";
        using var listener = new Listener();
        using var model = new HostedModel(name: name);
        model.Classifier.Load();

        model.Put("wrong-golden");
        model.Classifier.Reload();
        model.Put("other-colors");
        model.Classifier.Reload();

        Assert.Equal(["refused", "used"], listener.Outcomes(name));
    }

    [Fact]
    public void Batch_OfNineteen_IsInTheHistogramOfSizes()
    {
        using var listener = new Listener();
        using Inference.Sessions.ScoringSession session = Inference.Sessions.ScoringSession.Open(
            TestModels.Colors,
            HostedModel.Scoring
        );

        session.Score(new byte[19 * TestModels.Size.RgbBytes], 19).Dispose();

        Assert.Contains(19, listener.All(InferenceTelemetry.BatchSize)); // no other test here scores so many at once
        Assert.All(listener.All(InferenceTelemetry.BatchDuration), seconds => Assert.True(seconds > 0));
    }

    [Fact]
    public void Call_BadImage_GivesAnActivityWithItsBatchAndItsError()
    {
        const string name = "traced";
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == InferenceTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var model = new HostedModel(name: name);

        model.Classifier.Classify(TestPictures.PngOf("red"), "good");
        model.Classifier.Classify([1, 2, 3], "bad");

        Activity[] calls = [.. ended.Where(activity => name.Equals(activity.GetTagItem(InferenceTelemetry.ModelTag)))];
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], calls.Select(call => call.Status));
        Activity batch = Assert.Single(ended, activity => activity.ParentId == calls[0].Id);
        Assert.Equal(
            (InferenceTelemetry.BatchActivity, 1, "cpu"),
            (
                batch.OperationName,
                batch.GetTagItem(InferenceTelemetry.BatchSizeTag),
                batch.GetTagItem(InferenceTelemetry.DeviceTag)
            )
        );
    }

    private sealed class Listener : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly ConcurrentQueue<(
            string Instrument,
            double Value,
            string? Model,
            string? Outcome
        )> measurements = [];

        internal Listener()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == InferenceTelemetry.SourceName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            listener.Start();
        }

        internal IEnumerable<double> Of(string instrument, string model) =>
            measurements.Where(item => item.Instrument == instrument && item.Model == model).Select(item => item.Value);

        internal IEnumerable<double> All(string instrument) =>
            measurements.Where(item => item.Instrument == instrument).Select(item => item.Value);

        internal IEnumerable<string?> Outcomes(string model) =>
            measurements
                .Where(item => item.Instrument == InferenceTelemetry.Reloads && item.Model == model)
                .Select(item => item.Outcome);

        public void Dispose() => listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? model = null;
            string? outcome = null;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                model = tag.Key == InferenceTelemetry.ModelTag ? (string?)tag.Value : model;
                outcome = tag.Key == InferenceTelemetry.OutcomeTag ? (string?)tag.Value : outcome;
            }

            measurements.Enqueue((instrument.Name, value, model, outcome));
        }
    }
}
