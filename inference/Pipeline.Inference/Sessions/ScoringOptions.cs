namespace Pipeline.Inference.Sessions;

/// <summary>
/// How a model is run. What the model answers is changed by <see cref="TestTimeAugmentation"/> and
/// <see cref="MinimumConfidence"/> only, beyond the last bits of a float.
/// </summary>
public sealed record ScoringOptions
{
    /// <summary>Device to use.</summary>
    public ScoringDevice Device { get; init; } = ScoringDevice.Auto;

    /// <summary>Which of several GPUs; default the first, 0. WebGPU knows 0 only.</summary>
    public int DeviceIndex { get; init; }

    /// <summary>What to do when <see cref="Device"/> names one that cannot be used here.</summary>
    public DevicePolicy DevicePolicy { get; init; } = DevicePolicy.Fail;

    /// <summary>
    /// Threads inside one run of the network; default all processors. Give fewer when other work shares the machine.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Batches scored at the same time when a folder or a list is scored, or single calls are joined
    /// (<see cref="MicroBatching"/>); default 1, with decoding beside it on <see cref="DecodeWorkers"/>. With more,
    /// each of so many workers decodes and scores batches of its own: on a CPU, as many as processors, each run on one
    /// thread, score more images per second than one run on all of them; see <see cref="ForManyImages"/>. Each needs
    /// memory for its own batch.
    /// </summary>
    public int ConcurrentRuns { get; init; } = 1;

    /// <summary>Images per run when a folder or a list is scored; default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Images decoded at the same time when a folder or a list is scored; default all processors.</summary>
    public int DecodeWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches decoded ahead of the network, at least 1; default 2. Bounds the memory.</summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>Other views of each image that are scored too; default none. Multiplies the network's work.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// Smallest probability of the best class that gives its label, in [0, 1]; below it the label is empty.
    /// <c>null</c>, the default, takes the model's own (<see cref="Core.Contracts.ModelContract.Reject"/>), 0 gives
    /// every label.
    /// </summary>
    public float? MinimumConfidence { get; init; }

    /// <summary>
    /// Joins concurrent single calls of one classifier into common runs of the network; <c>null</c>, the default,
    /// scores each on its own.
    /// </summary>
    public MicroBatchingOptions? MicroBatching { get; init; }

    /// <summary>
    /// JSON file that says how a model from elsewhere is called: preprocessing, labels, names and kinds of its input
    /// and output (docs/reference/files.md). <c>null</c>, the default, for a model that was exported by Pipeline and
    /// says so itself; such a one is refused with a file, so that there are never two truths.
    /// </summary>
    public string? PreprocessingFile { get; init; }

    /// <summary>
    /// Text file with the class names of a model from elsewhere, one a line in output order; <c>null</c>, the default,
    /// when the <see cref="PreprocessingFile"/> has them.
    /// </summary>
    public string? LabelsFile { get; init; }

    /// <summary>
    /// Longest time for opening the model, and for each of its runs; <c>null</c>, the default, is as long as it takes.
    /// For models from strangers, whose graphs may loop for ever: a run that takes longer is stopped between two
    /// operators, with an error. What a single operator does cannot be stopped: see docs/how-to/host.md.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Called once, on another thread, when opening or a run goes on for five seconds after <see cref="Timeout"/>,
    /// because one operator does not come to an end, with a message; <c>null</c>, the default, is nobody. Nothing but
    /// the end of the process stops such an operator.
    /// </summary>
    public Action<string>? Overdue { get; init; }

    /// <summary>
    /// Whether idle threads of the network spin instead of sleeping: a little faster alone, much slower beside other
    /// work. Off by default, because decoding is other work.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>
    /// Whether the model's own golden sample is scored and compared when it is opened; default yes. Costs one small
    /// batch.
    /// </summary>
    public bool SelfTest { get; init; } = true;

    /// <summary>
    /// Whether batches carry the backbone's result too (<see cref="ScoreBatch.Features"/>); default no. Opening a model
    /// that was exported without it then fails.
    /// </summary>
    public bool Features { get; init; }

    /// <summary>
    /// What scores the most images per second. On a CPU: runs side by side on one thread each, in batches so small that
    /// what lies between two layers stays in the processor's cache; one image alone then takes longer than by default.
    /// On another device: the defaults.
    /// </summary>
    /// <param name="device">Where the network runs, once that is known: <see cref="DeviceReport.Effective"/>.</param>
    /// <returns>New options, whose <see cref="Device"/> is the default.</returns>
    public static ScoringOptions ForManyImages(ScoringDevice device = ScoringDevice.Cpu) =>
        device == ScoringDevice.Cpu
            ? new()
            {
                Threads = 1,
                ConcurrentRuns = Environment.ProcessorCount,
                BatchSize = 2,
                BatchesAhead = 4 * Environment.ProcessorCount,
            }
            : new();

    /// <summary>Checks every value and lists all faults at once.</summary>
    /// <returns>This record, for chaining.</returns>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public ScoringOptions Validate()
    {
        var faults = new List<string>();
        Check(faults, nameof(Threads), Threads, 1024);
        Check(faults, nameof(ConcurrentRuns), ConcurrentRuns, 1024);
        Check(faults, nameof(BatchSize), BatchSize, 65_536);
        Check(faults, nameof(DecodeWorkers), DecodeWorkers, 1024);
        Check(faults, nameof(BatchesAhead), BatchesAhead, 1024);
        if (DeviceIndex is < 0 or > 255)
        {
            faults.Add($"{nameof(DeviceIndex)} is {DeviceIndex}, expected 0 to 255");
        }

        if (!Enum.IsDefined(Device) || !Enum.IsDefined(DevicePolicy) || !Enum.IsDefined(TestTimeAugmentation))
        {
            faults.Add(
                $"{nameof(Device)} is {Device}, {nameof(DevicePolicy)} is {DevicePolicy} and "
                    + $"{nameof(TestTimeAugmentation)} is {TestTimeAugmentation}, expected values of their enums"
            );
        }

        if (MinimumConfidence is { } confidence && !(confidence is >= 0 and <= 1))
        {
            faults.Add(FormattableString.Invariant($"{nameof(MinimumConfidence)} is {confidence}, expected 0 to 1"));
        }

        if (Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(1)))
        {
            faults.Add(
                FormattableString.Invariant(
                    $"{nameof(Timeout)} is {timeout}, expected more than no time and at most a day"
                )
            );
        }

        if (LabelsFile is not null && PreprocessingFile is null)
        {
            faults.Add(
                $"{nameof(LabelsFile)} is '{LabelsFile}' without a {nameof(PreprocessingFile)}, expected both or none"
            );
        }

        faults.AddRange((MicroBatching?.Faults() ?? []).Select(fault => $"{nameof(MicroBatching)}.{fault}"));
        return faults.Count == 0 ? this : throw new ArgumentException($"Scoring options: {string.Join("; ", faults)}.");
    }

    private static void Check(List<string> faults, string name, int value, int largest)
    {
        if (value < 1 || value > largest)
        {
            faults.Add($"{name} is {value}, expected 1 to {largest}");
        }
    }
}
