using Pipeline.Core.Contracts;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Hosting;

/// <summary>A model file in a folder of its own that a test replaces, and the classifier that follows it.</summary>
internal sealed class HostedModel : IDisposable
{
    internal const int Replaced = 20; // event numbers of Log.cs
    internal const int Refused = 21;

    private readonly TemporaryFolder folder = new();

    internal HostedModel(bool reload = false, string name = "", bool microBatching = false)
    {
        Path = folder["model.onnx"];
        Put("colors");
        var options = new ImageClassifierOptions
        {
            ModelPath = Path,
            Reload = reload,
            ReloadInterval = TimeSpan.FromSeconds(0.1),
            Scoring = Scoring with { MicroBatching = microBatching ? new() : null },
        };
        Classifier = new HostedClassifier(name, options, Log);
    }

    internal static ScoringOptions Scoring => new() { Threads = 1, Device = ScoringDevice.Cpu };

    internal string Path { get; }

    internal LogRecorder Log { get; } = new();

    internal HostedClassifier Classifier { get; }

    /// <summary>What a model answers when nothing hosts it.</summary>
    internal static Prediction Alone(string model, byte[] image)
    {
        using ImageClassifier classifier = ImageClassifier.Load(TestModels.Path(model), Scoring);
        return classifier.Classify(image, "image");
    }

    /// <summary>Replaces the file as a deployment does: a temporary name, then a rename.</summary>
    internal void Put(string model) => Put(File.ReadAllBytes(TestModels.Path(model)));

    internal void Put(byte[] content)
    {
        File.WriteAllBytes(Path + ".new", content);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public void Dispose()
    {
        Classifier.Dispose();
        folder.Dispose();
    }
}
