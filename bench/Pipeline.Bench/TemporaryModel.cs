using Pipeline.Export;
using Pipeline.Networks.Checkpoints;

namespace Pipeline.Bench;

/// <summary>A network, exported into a folder of its own, which goes with it.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;

    internal TemporaryModel(Checkpoint checkpoint) => ModelExporter.Export(checkpoint, Path);

    internal string Path => System.IO.Path.Combine(folder, "model.onnx");

    internal string Int8Path => System.IO.Path.Combine(folder, "model.int8.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
