using Pipeline.Inference.Cli.Tuning;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Cli.Tuning;

public sealed class TunerTests
{
    private static readonly ScoringOptions Baseline = new()
    {
        Device = ScoringDevice.Cpu,
        Threads = 4,
        DecodeWorkers = 4,
        BatchSize = 32,
    };

    [Fact]
    public void Run_OneSettingIsClearlyFaster_FindsIt()
    {
        var tuner = new Tuner(
            options =>
                100
                + (options is { Threads: 2, DecodeWorkers: 4, ConcurrentRuns: 1 } ? 50 : 0)
                + (options.BatchSize == 64 ? 20 : 0),
            rounds: 3
        );

        (ScoringOptions best, double rate, double before) = tuner.Run(Baseline, [], processors: 4);

        Assert.Equal(Baseline with { Threads = 2, BatchSize = 64 }, best);
        Assert.Equal((170, 100), (rate, before));
    }

    [Fact]
    public void Run_RunsSideBySideAreFaster_FindsThemWithABatchOfTheirOwn()
    {
        var tuner = new Tuner(
            options =>
                100 + (options is { ConcurrentRuns: 4, Threads: 1 } ? 50 : 0) + (options.BatchSize == 4 ? 20 : 0),
            rounds: 1
        );

        ScoringOptions best = tuner.Run(Baseline, [], processors: 4).Best;

        Assert.Equal((4, 1, 4, 16), (best.ConcurrentRuns, best.Threads, best.BatchSize, best.BatchesAhead));
    }

    [Fact]
    public void Run_DifferencesWithinTheNoise_KeepTheDefaults()
    {
        var tuner = new Tuner(options => options == Baseline ? 100 : 102, rounds: 1);

        Assert.Equal(Baseline, tuner.Run(Baseline, [], processors: 4).Best);
    }

    [Fact]
    public void Run_OneLuckyRound_DoesNotCount()
    {
        int calls = 0;
        var tuner = new Tuner(_ => ++calls == 2 ? 1000 : 100, rounds: 3);

        Assert.Equal(Baseline, tuner.Run(Baseline, [], processors: 4).Best);
    }

    [Fact]
    public void Run_ADeviceThatFails_IsLeftOut()
    {
        var tuner = new Tuner(options => options.Device == ScoringDevice.Cuda ? null : 100, rounds: 1);

        Assert.Equal(Baseline, tuner.Run(Baseline, [ScoringDevice.Cuda], processors: 1).Best);
    }

    [Fact]
    public void TuneFile_OfAnotherHostOrModel_IsNotUsed()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestModels.Colors, folder["m.onnx"]);
        var tune = new TuneFile
        {
            Model = Inference.Cli.Runs.ScoringRunState.HashOf(folder["m.onnx"]),
            Host = HostName.Describe(),
            Device = "cpu",
            BatchSize = 8,
            ConcurrentRuns = 1,
            Threads = 1,
            DecodeWorkers = 1,
            ImagesPerSecond = 2,
            DefaultImagesPerSecond = 1,
        };
        tune.Write(folder["t.json"]);

        Assert.Equal(tune, TuneFile.TryRead(folder["t.json"]));
        Assert.Null(tune.WhyUnfit(() => tune.Model));
        Assert.StartsWith(
            "it was measured on another host (x",
            (tune with { Host = "x" }).WhyUnfit(() => throw new InvalidOperationException("The model was read.")),
            StringComparison.Ordinal
        );
        Assert.Equal("the model has changed since", tune.WhyUnfit(() => "x"));
    }
}
