using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench;

/// <summary>Batched scoring from memory against <c>InferenceSession.Run</c> itself at the same batch, in turns, and what it allocates. MobileNetV2@224.</summary>
internal static class SteadyStateBenchmark
{
    /// <summary>Prints the ratio of the two, managed bytes per image, and collections of generation 2 over some images.</summary>
    /// <param name="threads">Threads of the network.</param>
    /// <param name="batch">Images per run.</param>
    /// <param name="rounds">Rounds in turns.</param>
    /// <param name="images">Images to count collections over.</param>
    internal static void Run(int threads, int batch, int rounds, int images)
    {
        using var model = new TemporaryModel();
        using ScoringSession ours = ScoringSession.Open(model.Path, new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads });
        ModelContract contract = ours.Contract;
        ImageSize size = contract.Preprocessing.Size;
        byte[] pixels = ScoringModels.Pixels(batch, size);
        using var native = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"); // as ours
        using var raw = new InferenceSession(model.Path, native);
        using var runOptions = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels.AsMemory(), [batch, size.Height, size.Width, 3]);
        string[] inputs = [ModelContract.InputName];
        string[] outputs = [ModelContract.LogitsName, ModelContract.ProbabilitiesName];
        OrtValue[] values = [input];
        OrtValue[] results = [Output(batch, contract.Labels.Count), Output(batch, contract.Labels.Count)];
        var own = new Measurement($"ScoringSession.Score, batch {batch}", () => ours.Score(pixels, batch).Dispose());
        var bare = new Measurement($"InferenceSession.Run, batch {batch}", () => raw.Run(runOptions, inputs, values, outputs, results));
        Measurement.RunInTurns(rounds, own, bare);
        Console.WriteLine(own.Describe(batch, "image"));
        Console.WriteLine(bare.Describe(batch, "image"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"throughput against the bare run: {bare.MedianMs / own.MedianMs:0.000} (wall), {own.PairedRatio(bare):0.000} (processor, median of the rounds)"));
        CountCollections(ours, pixels, batch, images);
        Array.ForEach(results, result => result.Dispose());
    }

    private static void CountCollections(ScoringSession session, byte[] pixels, int batch, int images)
    {
        int before = GC.CollectionCount(2);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        int scored = 0;
        for (; scored < images; scored += batch)
        {
            session.Score(pixels, batch).Dispose();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{scored} images: {(GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)scored:0.0} managed bytes per image, {GC.CollectionCount(2) - before} collections of generation 2"));
    }

    private static OrtValue Output(int batch, int classes) => OrtValue.CreateTensorValueFromMemory(new float[batch * classes], [batch, classes]);
}
