using BenchmarkDotNet.Attributes;
using Pipeline.Export;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Checkpoints;

namespace Pipeline.Bench;

/// <summary>Export of a network, and scoring a batch with the exported file.</summary>
public class ModelBenchmarks
{
    private Action export = () => { };
    private int imageBytes;
    private TemporaryModel? model;
    private ScoringSession? session;
    private byte[] pixels = [];

    [Params("mobilenet-v2", "vgg-16")]
    public string Network { get; set; } = string.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        Checkpoint checkpoint = Models.Checkpoint(Network == "vgg-16" ? Models.Vgg16 : Models.MobileNetV2);
        model = new TemporaryModel(checkpoint);
        string again = model.Path + ".again";
        export = () => ModelExporter.Export(checkpoint, again);
        imageBytes = checkpoint.Spec.Size.RgbBytes;
        session = ScoringSession.Open(model.Path, new ScoringOptions { Threads = Models.Threads });
        pixels = ScoringModels.Pixels(32, checkpoint.Spec.Size);
    }

    [Benchmark]
    public void Export() => export();

    [Benchmark]
    [Arguments(1)]
    [Arguments(8)]
    [Arguments(32)]
    public void Score(int batch) => session?.Score(pixels.AsSpan(0, batch * imageBytes), batch).Dispose();

    [GlobalCleanup]
    public void Close()
    {
        session?.Dispose();
        model?.Dispose();
    }
}
