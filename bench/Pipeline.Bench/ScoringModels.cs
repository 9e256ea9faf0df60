using Pipeline.Core.Contracts;
using Pipeline.Export;
using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;
using Pipeline.Inference.Calibration;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;

namespace Pipeline.Bench;

/// <summary>
/// Writes exported networks in float32 and int8. Weights are random and int8 ranges those of synthetic images: times do
/// not depend on them.
/// </summary>
internal static class ScoringModels
{
    private const int CalibrationImages = 4;

    /// <summary>
    /// MobileNetV2 and ResNet-50 at 224x224, 1000 classes: <c>mobilenet-v2.onnx</c>, <c>mobilenet-v2.int8.onnx</c> and
    /// so on, which shrink a JPEG while loading as far as the Node peer does, and <c>mobilenet-v2.fine.onnx</c>, which
    /// shrinks it as far as is the default; <c>mobilenet-v2.float32.onnx</c> is the first with normalised float32
    /// input.
    /// </summary>
    internal static void WriteAll(string folder, int threads)
    {
        Directory.CreateDirectory(folder);
        foreach (string backbone in new[] { "mobilenet-v2", "resnet-50" })
        {
            var spec = new NetworkSpec(
                backbone,
                null,
                [new GlobalAveragePoolLayer(), new DenseLayer(null)],
                new ImageSize(224, 224),
                1000
            );
            Checkpoint checkpoint = Models.Checkpoint(spec);
            ModelExporter.Export(checkpoint, Path.Combine(folder, $"{backbone}.fine.onnx"));
            ModelContract fast = checkpoint.Contract with
            {
                Preprocessing = checkpoint.Contract.Preprocessing with { ShrinkOnLoad = ShrinkOnLoad.Fast },
            };
            var shrinking = new Checkpoint(spec, checkpoint.Weights, fast);
            Write(
                shrinking,
                Path.Combine(folder, $"{backbone}.onnx"),
                Path.Combine(folder, $"{backbone}.int8.onnx"),
                threads
            );
            ModelExporter.Export(
                shrinking,
                Path.Combine(folder, $"{backbone}.float32.onnx"),
                new ExportOptions { Input = ExportInput.Float32 }
            );
        }
    }

    /// <summary>Writes one network twice.</summary>
    internal static void Write(Checkpoint checkpoint, string float32, string int8, int threads)
    {
        ModelExporter.Export(checkpoint, float32);
        QuantizableModel model = QuantizableModel.Load(float32);
        string observed = int8 + ".observed";
        model.WriteObserved(observed);
        var table = new CalibrationTable(model.Tensors, CalibrationMethod.MinMax);
        using (ActivationReader reader = ActivationReader.Open(observed, model.Tensors, threads))
        {
            reader.Run(Pixels(CalibrationImages, checkpoint.Spec.Size), CalibrationImages, table.Observe);
        }

        File.Delete(observed);
        model.WriteQuantized(int8, table, new QuantizerOptions(), golden: null);
    }

    /// <summary>Synthetic images, <c>uint8 [count, H, W, 3]</c>.</summary>
    internal static byte[] Pixels(int count, ImageSize size)
    {
        byte[] pixels = new byte[count * size.RgbBytes];
        GoldenSample.FillPixels(pixels, count, size);
        return pixels;
    }
}
