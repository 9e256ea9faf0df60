using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pipeline.Inference.Telemetry;

/// <summary>
/// The names under which this package tells what it does: <c>AddMeter(InferenceTelemetry.SourceName)</c> and
/// <c>AddSource(InferenceTelemetry.SourceName)</c> in OpenTelemetry. Costs nothing while nobody listens.
/// </summary>
public static class InferenceTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string SourceName = "Pipeline.Inference";

    /// <summary>
    /// Activity of one call of a hosted classifier; tags <see cref="ModelTag"/>, <see cref="DeviceTag"/>.
    /// </summary>
    public const string CallActivity = "pipeline.classify";

    /// <summary>Activity of one run of the network; tags <see cref="DeviceTag"/>, <see cref="BatchSizeTag"/>.</summary>
    public const string BatchActivity = "pipeline.batch";

    /// <summary>
    /// Counter, <c>{image}</c>: images that a hosted classifier was given; tag <see cref="ModelTag"/>.
    /// </summary>
    public const string Images = "pipeline.inference.images";

    /// <summary>
    /// Counter, <c>{image}</c>: those of <see cref="Images"/> that got an error instead of scores; tag
    /// <see cref="ModelTag"/>.
    /// </summary>
    public const string Errors = "pipeline.inference.errors";

    /// <summary>
    /// Histogram, seconds: one call of a hosted classifier, reading and decoding included; tags <see cref="ModelTag"/>,
    /// <see cref="DeviceTag"/>.
    /// </summary>
    public const string CallDuration = "pipeline.inference.call.duration";

    /// <summary>Histogram, <c>{image}</c>: images in one run of the network; tag <see cref="DeviceTag"/>.</summary>
    public const string BatchSize = "pipeline.inference.batch.size";

    /// <summary>Histogram, seconds: one run of the network; tag <see cref="DeviceTag"/>.</summary>
    public const string BatchDuration = "pipeline.inference.batch.duration";

    /// <summary>Histogram, seconds: reading, decoding and resizing one of many images, also when that fails.</summary>
    public const string DecodeDuration = "pipeline.inference.decode.duration";

    /// <summary>
    /// Counter, <c>{file}</c>: replaced model files; tags <see cref="ModelTag"/>, <see cref="OutcomeTag"/>.
    /// </summary>
    public const string Reloads = "pipeline.inference.reloads";

    /// <summary>Tag: the name that the classifier was registered under.</summary>
    public const string ModelTag = "pipeline.model";

    /// <summary>Tag: the device in use, such as <c>cpu</c>.</summary>
    public const string DeviceTag = "pipeline.device";

    /// <summary>Tag of an activity: images in the batch.</summary>
    public const string BatchSizeTag = "pipeline.batch.size";

    /// <summary>Tag: <c>used</c> or <c>refused</c>.</summary>
    public const string OutcomeTag = "pipeline.outcome";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);
    private static readonly Counter<long> ImagesCounter = Meter.CreateCounter<long>(
        Images,
        "{image}",
        "Images given to a classifier."
    );
    private static readonly Counter<long> ErrorsCounter = Meter.CreateCounter<long>(
        Errors,
        "{image}",
        "Images that got an error instead of scores."
    );
    private static readonly Histogram<double> CallSeconds = Meter.CreateHistogram<double>(
        CallDuration,
        "s",
        "One call, reading and decoding included."
    );
    private static readonly Histogram<long> BatchImages = Meter.CreateHistogram<long>(
        BatchSize,
        "{image}",
        "Images in one run of the network."
    );
    private static readonly Histogram<double> BatchSeconds = Meter.CreateHistogram<double>(
        BatchDuration,
        "s",
        "One run of the network."
    );
    private static readonly Histogram<double> DecodeSeconds = Meter.CreateHistogram<double>(
        DecodeDuration,
        "s",
        "Reading, decoding and resizing one image."
    );
    private static readonly Counter<long> ReloadsCounter = Meter.CreateCounter<long>(
        Reloads,
        "{file}",
        "Replaced model files."
    );

    /// <summary>Begins a call of a hosted classifier.</summary>
    internal static CallMeasurement StartCall(string model, string device)
    {
        Activity? activity = Source.StartActivity(CallActivity);
        activity?.SetTag(ModelTag, model).SetTag(DeviceTag, device);
        return new CallMeasurement(activity, model, device);
    }

    /// <summary>Begins a run of the network.</summary>
    internal static BatchMeasurement StartBatch(int count, string device)
    {
        Activity? activity = Source.HasListeners() ? Source.StartActivity(BatchActivity) : null;
        activity?.SetTag(DeviceTag, device).SetTag(BatchSizeTag, count);
        return new BatchMeasurement(activity, count, device);
    }

    /// <summary>Counts a replaced file.</summary>
    internal static void Reloaded(string model, bool isRefused) =>
        ReloadsCounter.Add(1, Tag(ModelTag, model), Tag(OutcomeTag, isRefused ? "refused" : "used"));

    /// <summary>Ends a call.</summary>
    internal static void EndCall(string model, string device, int images, int errors, TimeSpan duration)
    {
        ImagesCounter.Add(images, Tag(ModelTag, model));
        ErrorsCounter.Add(errors, Tag(ModelTag, model));
        CallSeconds.Record(duration.TotalSeconds, Tag(ModelTag, model), Tag(DeviceTag, device));
    }

    /// <summary>Ends a run.</summary>
    internal static void EndBatch(string device, int images, TimeSpan duration)
    {
        BatchImages.Record(images, Tag(DeviceTag, device));
        BatchSeconds.Record(duration.TotalSeconds, Tag(DeviceTag, device));
    }

    /// <summary>Ends the decoding of one image.</summary>
    internal static void EndDecode(long started)
    {
        if (DecodeSeconds.Enabled)
        {
            DecodeSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
