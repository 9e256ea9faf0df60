using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Execution;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>
/// Export of VGG-16 with its 1000-class classifier, 138,357,544 parameters, from a checkpoint file to an ONNX file of
/// 553 MB.
/// </summary>
internal static class LargeExport
{
    private const int GoldenImages = 4;

    private static readonly NetworkSpec Spec = new(
        "vgg-16",
        null,
        [
            new FlattenLayer(),
            new DenseLayer(4096),
            new DropoutLayer(0.5),
            new DenseLayer(4096),
            new DropoutLayer(0.5),
            new DenseLayer(null),
        ],
        new ImageSize(224, 224),
        1000
    );

    /// <summary>Writes <c>vgg-16.safetensors</c> and the gate's reference <c>golden.safetensors</c>.</summary>
    internal static void Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        Checkpoint checkpoint = Models.VariedCheckpoint(Spec);
        checkpoint.Save(Path.Combine(folder, "vgg-16.safetensors"));
        using var network = new TorchNetwork(Spec.Build(), checkpoint.Weights, CPU);
        using ImageBatch images = ImageBatch.Rent(GoldenImages, Spec.Size);
        GoldenSample.FillPixels(images.Pixels, GoldenImages, Spec.Size);
        using IDisposable noGrad = no_grad();
        using Tensor input = InputTensors.Normalize(images, checkpoint.Contract.Preprocessing, CPU);
        using Tensor logits = network.Forward(input, ForwardMode.Evaluation);
        var golden = new WeightSet([
            new TensorData("images", TensorElementType.UInt8, [GoldenImages, 224, 224, 3], images.Pixels.ToArray()),
            TensorData.FromFloat32("logits", [GoldenImages, Spec.ClassCount], logits.data<float>().ToArray()),
            TensorData.FromInt64("labels", [GoldenImages], new long[GoldenImages]),
        ]);
        using FileStream stream = File.Create(Path.Combine(folder, "golden.safetensors"));
        new SafetensorsFile(golden, new Dictionary<string, string>()).Write(stream);
    }

    /// <summary>Loads the checkpoint and writes the ONNX file; says how long and how much memory it took.</summary>
    internal static void Run(string folder)
    {
        string target = Path.Combine(folder, "vgg-16.onnx");
        Checkpoint? checkpoint = null;
        (double load, double loadProcessor) = Clock.Time(() =>
            checkpoint = Checkpoint.Load(Path.Combine(folder, "vgg-16.safetensors"))
        );
        (double write, double writeProcessor) = Clock.Time(() =>
            ModelExporter.Export(checkpoint ?? throw new InvalidOperationException("not loaded"), target)
        );
        long bytes = new FileInfo(target).Length;
        long peak =
            long.Parse(
                File.ReadLines("/proc/self/status")
                    .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                System.Globalization.CultureInfo.InvariantCulture
            ) * 1024;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"load {load:0} ms ({loadProcessor:0} ms processor), export {write:0} ms ({writeProcessor:0} ms "
                    + $"processor), file {bytes / 1e6:0.0} MB, peak memory {peak / 1e6:0.0} MB = "
                    + $"{(double)peak / bytes:0.00} x the file"
            )
        );
    }
}
