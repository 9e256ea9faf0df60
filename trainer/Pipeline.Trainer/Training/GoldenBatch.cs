using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Heads;
using Pipeline.Torch;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What the trainer's network says about known inputs, in float32 and evaluation mode: the reference that an exported
/// file is held against.
/// </summary>
public static class GoldenBatch
{
    private const int SyntheticCount = 2;
    private const int BatchSize = 32;
    private const int FeatureImages = 8; // features are large: 20,736 numbers for an image of the default recipe
    private const long Purpose = 0x601D;

    /// <summary>Logits of the contract's synthetic images: the start-up self-test of the exported file.</summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <returns>Formula and logits.</returns>
    public static GoldenSample Compute(TorchNetwork network, Preprocessing preprocessing)
    {
        using ImageBatch images = ImageBatch.Rent(SyntheticCount, preprocessing.Size);
        GoldenSample.FillPixels(images.Pixels, SyntheticCount, preprocessing.Size);
        return new GoldenSample(
            GoldenSample.RampFormula,
            SyntheticCount,
            Run(network, images, preprocessing, HeadBuilder.BackboneEnd(network.Graph).Name).Logits
        );
    }

    /// <summary>
    /// Writes the gate's reference: real validation images as decoded here, their logits, classes and paths.
    /// </summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <param name="data">The images of the run; validation images are drawn at random by the seed.</param>
    /// <param name="maxImages">At most that many images.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="path">
    /// Path of the safetensors file: <c>images</c> U8 <c>[N, H, W, 3]</c>, <c>logits</c> F32 <c>[N, K]</c>,
    /// <c>labels</c> I64 <c>[N]</c>, <c>features</c> F32 <c>[M, F]</c> of the first images, and <c>paths</c> in its
    /// metadata, relative to the data's root.
    /// </param>
    /// <param name="skipped">Counts the images that cannot be read.</param>
    public static void Write(
        TorchNetwork network,
        Preprocessing preprocessing,
        DatasetSplits data,
        int maxImages,
        int seed,
        string path,
        SkippedImages skipped
    )
    {
        int[] order = [.. CounterRandom.Permutation(data.Validation.Count, seed, Purpose, 0).Take(maxImages)];
        var pixels = new List<byte>(order.Length * preprocessing.Size.RgbBytes);
        var logits = new List<float>();
        var labels = new List<long>();
        var paths = new List<string>();
        var features = new List<float>();
        int featured = 0;
        string end = HeadBuilder.BackboneEnd(network.Graph).Name;
        var loader = new ImageLoader(preprocessing, 1, skipped);
        foreach (
            LabelledBatch batch in loader
                .ReadAsync(data.Validation, order, BatchSize, CancellationToken.None)
                .ToBlockingEnumerable()
        )
        {
            using (batch)
            {
                pixels.AddRange(batch.Images.Pixels);
                int wanted = Math.Min(FeatureImages - featured, batch.Images.Count);
                (float[] batchLogits, float[] batchFeatures) = Run(network, batch.Images, preprocessing, end);
                logits.AddRange(batchLogits);
                features.AddRange(batchFeatures.AsSpan(0, batchFeatures.Length / batch.Images.Count * wanted));
                featured += wanted;
                labels.AddRange(batch.ClassIndexes);
                paths.AddRange(batch.SampleIndexes.Select(index => data.Validation[index].RelativeTo(data.Root)));
            }
        }

        long count = labels.Count;
        var tensors = new WeightSet([
            new TensorData(
                "images",
                TensorElementType.UInt8,
                [count, preprocessing.Size.Height, preprocessing.Size.Width, 3],
                pixels.ToArray()
            ),
            TensorData.FromFloat32("logits", [count, data.Labels.Count], logits.ToArray()),
            TensorData.FromInt64("labels", [count], labels.ToArray()),
            .. featured == 0
                ? Array.Empty<TensorData>()
                : [TensorData.FromFloat32("features", [featured, features.Count / featured], features.ToArray())],
        ]);
        var metadata = new Dictionary<string, string> { ["paths"] = System.Text.Json.JsonSerializer.Serialize(paths) };
        AtomicFile.Write(path, new SafetensorsFile(tensors, metadata).Write);
    }

    /// <summary>Logits <c>[N, K]</c>, and what the backbone gives, row-major <c>[N, ...]</c>.</summary>
    private static (float[] Logits, float[] Features) Run(
        TorchNetwork network,
        ImageBatch images,
        Preprocessing preprocessing,
        string backboneEnd
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor input = InputTensors.Normalize(images, preprocessing, network.Device); // [N, 3, H, W]
        Tensor features = network.Forward(input, ForwardMode.Evaluation, until: backboneEnd); // [N, C, H, W] or [N, F]
        Tensor logits = network.Forward(features, ForwardMode.Evaluation, after: backboneEnd); // [N, K]
        return (MemoryFormats.ToArray(logits), MemoryFormats.ToArray(features));
    }
}
