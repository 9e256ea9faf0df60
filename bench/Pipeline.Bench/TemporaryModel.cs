using Pipeline.Export;

namespace Pipeline.Bench;

/// <summary>MobileNetV2@224, exported into a folder of its own, which goes with it.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;

    internal TemporaryModel() => ModelExporter.Export(Models.Checkpoint(Models.MobileNetV2Whole), Path);

    internal string Path => System.IO.Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
