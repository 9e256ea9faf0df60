using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What the trainer's network says about known inputs, in float32 and evaluation mode: the reference that an exported file is held against.</summary>
public static class GoldenBatch
{
    private const int SyntheticCount = 2;
    private const int BatchSize = 32;
    private const long Purpose = 0x601D;

    /// <summary>Logits of the contract's synthetic images: the start-up self-test of the exported file.</summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <returns>Formula and logits.</returns>
    public static GoldenSample Compute(TorchNetwork network, Preprocessing preprocessing)
    {
        using ImageBatch images = ImageBatch.Rent(SyntheticCount, preprocessing.Size);
        GoldenSample.FillPixels(images.Pixels, SyntheticCount, preprocessing.Size);
        return new GoldenSample(GoldenSample.RampFormula, SyntheticCount, Logits(network, images, preprocessing));
    }

    /// <summary>Writes the gate's reference: real validation images as decoded here, their logits, classes and paths.</summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <param name="data">The images of the run; validation images are drawn at random by the seed.</param>
    /// <param name="maxImages">At most that many images.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="path">Path of the safetensors file: <c>images</c> U8 <c>[N, H, W, 3]</c>, <c>logits</c> F32 <c>[N, K]</c>, <c>labels</c> I64 <c>[N]</c>, and <c>paths</c> in its metadata, relative to the data's root.</param>
    /// <param name="skipped">Counts the images that cannot be read.</param>
    public static void Write(TorchNetwork network, Preprocessing preprocessing, DatasetSplits data, int maxImages, int seed, string path, SkippedImages skipped)
    {
        int[] order = [.. CounterRandom.Permutation(data.Validation.Count, seed, Purpose, 0).Take(maxImages)];
        var pixels = new List<byte>(order.Length * preprocessing.Size.RgbBytes);
        var logits = new List<float>();
        var labels = new List<long>();
        var paths = new List<string>();
        var loader = new ImageLoader(preprocessing, 1, skipped);
        foreach (LabelledBatch batch in loader.ReadAsync(data.Validation, order, BatchSize, CancellationToken.None).ToBlockingEnumerable())
        {
            using (batch)
            {
                pixels.AddRange(batch.Images.Pixels);
                logits.AddRange(Logits(network, batch.Images, preprocessing));
                labels.AddRange(batch.ClassIndexes);
                paths.AddRange(batch.SampleIndexes.Select(index => Path.GetRelativePath(data.Root, data.Validation[index].Path).Replace('\\', '/')));
            }
        }

        long count = labels.Count;
        var tensors = new WeightSet(
        [
            new TensorData("images", TensorElementType.UInt8, [count, preprocessing.Size.Height, preprocessing.Size.Width, 3], pixels.ToArray()),
            TensorData.FromFloat32("logits", [count, data.Labels.Count], logits.ToArray()),
            TensorData.FromInt64("labels", [count], labels.ToArray()),
        ]);
        var metadata = new Dictionary<string, string> { ["paths"] = System.Text.Json.JsonSerializer.Serialize(paths) };
        AtomicFile.Write(path, new SafetensorsFile(tensors, metadata).Write);
    }

    private static float[] Logits(TorchNetwork network, ImageBatch images, Preprocessing preprocessing)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor input = InputTensors.Normalize(images, preprocessing, network.Device);   // [N, 3, H, W]
        return network.Forward(input, ForwardMode.Evaluation).cpu().data<float>().ToArray();   // [N, K]
    }
}
