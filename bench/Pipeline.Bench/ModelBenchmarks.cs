using Pipeline.Core.Contracts;
using Pipeline.Export;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;

namespace Pipeline.Bench;

/// <summary>Export of a network, and scoring with the exported file.</summary>
internal sealed class ModelBenchmarks : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
    private readonly Checkpoint checkpoint;
    private readonly string name;
    private readonly string path;
    private ScoringSession? session;

    internal ModelBenchmarks(NetworkSpec spec)
    {
        checkpoint = Models.Checkpoint(spec);
        name = $"{spec.Backbone}@{spec.Size.Width}";
        path = Path.Combine(folder, "model.onnx");
    }

    internal Measurement Export() => new($"export {name}", () => ModelExporter.Export(checkpoint, path));

    internal Measurement Score(int batch, int threads)
    {
        ModelExporter.Export(checkpoint, path);
        ScoringSession open = session ??= ScoringSession.Open(path, new ScoringOptions { Threads = threads });
        var pixels = new byte[batch * checkpoint.Spec.Size.RgbBytes];
        GoldenSample.FillPixels(pixels, batch, checkpoint.Spec.Size);
        return new Measurement($"score {name}, batch {batch}", () =>
        {
            using ScoreBatch scores = open.Score(pixels, batch);
        });
    }

    public void Dispose()
    {
        session?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
