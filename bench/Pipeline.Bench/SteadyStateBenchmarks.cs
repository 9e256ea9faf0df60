using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench;

/// <summary>
/// Batched scoring from memory against <c>InferenceSession.Run</c> itself at the same batch, and what it allocates, per
/// image. MobileNetV2@224.
/// </summary>
[MemoryDiagnoser]
public class SteadyStateBenchmarks
{
    private static readonly string[] Inputs = [ModelContract.InputName];
    private static readonly string[] Outputs = [ModelContract.LogitsName, ModelContract.ProbabilitiesName];

    private readonly RunOptions runOptions = new();
    private TemporaryModel? model;
    private ScoringSession? ours;
    private InferenceSession? bare;
    private byte[] pixels = [];
    private OrtValue[] values = [];
    private OrtValue[] results = [];

    [Params(2, 32)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        model = new TemporaryModel(Models.Checkpoint(Models.MobileNetV2Whole));
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = Models.Threads };
        ours = ScoringSession.Open(model.Path, options);
        using var native = new SessionOptions { IntraOpNumThreads = Models.Threads, InterOpNumThreads = 1 };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"); // as ours
        bare = new InferenceSession(model.Path, native);
        ImageSize size = ours.Contract.Preprocessing.Size;
        pixels = ScoringModels.Pixels(Batch, size);
        OrtMemoryInfo memory = OrtMemoryInfo.DefaultInstance;
        values = [OrtValue.CreateTensorValueFromMemory(memory, pixels.AsMemory(), [Batch, size.Height, size.Width, 3])];
        results = [Output(ours.Contract.Labels.Count), Output(ours.Contract.Labels.Count)];
    }

    [Benchmark(Baseline = true)]
    public void InferenceSessionRun() => bare?.Run(runOptions, Inputs, values, Outputs, results);

    [Benchmark]
    public void ScoringSessionScore() => ours?.Score(pixels, Batch).Dispose();

    [GlobalCleanup]
    public void Close()
    {
        Array.ForEach(values, value => value.Dispose());
        Array.ForEach(results, result => result.Dispose());
        bare?.Dispose();
        ours?.Dispose();
        model?.Dispose();
    }

    private OrtValue Output(int classes) =>
        OrtValue.CreateTensorValueFromMemory(new float[Batch * classes], [Batch, classes]);
}
