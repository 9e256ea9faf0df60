using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Core.Tensors;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Training;

namespace Pipeline.Training.Gate;

/// <summary>
/// What the gate holds every variant against: real validation images as the trainer decoded them, and what its own
/// network says about them.
/// </summary>
internal static class GateReference
{
    private const int MostImages = 256;
    private const int BatchSize = 32;
    private const int FeatureImages = 8; // features are large: 20,736 numbers for an image of the default recipe
    private const long Purpose = 0x601D;

    /// <summary>
    /// Writes the gate's reference: real validation images as decoded here, their logits, classes and paths.
    /// </summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <param name="data">The images of the run; validation images are drawn at random by the seed.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="path">
    /// Path of the safetensors file: <c>images</c> U8 <c>[N, H, W, 3]</c>, <c>logits</c> F32 <c>[N, K]</c>,
    /// <c>labels</c> I64 <c>[N]</c>, <c>features</c> F32 <c>[M, F]</c> of the first images, and <c>paths</c> in its
    /// metadata, relative to the data's root.
    /// </param>
    /// <param name="skipped">Counts the images that cannot be read.</param>
    internal static void Write(
        TorchNetwork network,
        Preprocessing preprocessing,
        DatasetSplits data,
        int seed,
        string path,
        SkippedImages skipped
    )
    {
        int[] order = [.. CounterRandom.Permutation(data.Validation.Count, seed, Purpose, 0).Take(MostImages)];
        var pixels = new List<byte>(order.Length * preprocessing.Size.RgbBytes);
        var logits = new List<float>();
        var labels = new List<long>();
        var paths = new List<string>();
        var features = new List<float>();
        int featured = 0;
        var loader = new SampleLoader(preprocessing, 1, skipped);
        foreach (
            DecodedBatch batch in loader
                .ReadAsync(data.Validation, order, BatchSize, CancellationToken.None)
                .ToBlockingEnumerable()
        )
        {
            using (batch)
            {
                pixels.AddRange(batch.Pixels);
                int wanted = Math.Min(FeatureImages - featured, batch.ImageCount);
                (float[] batchLogits, float[] batchFeatures) = ReferenceOutputs.Compute(network, batch, preprocessing);
                logits.AddRange(batchLogits);
                features.AddRange(batchFeatures.AsSpan(0, batchFeatures.Length / batch.ImageCount * wanted));
                featured += wanted;
                labels.AddRange(batch.ClassIndexes());
                paths.AddRange(batch.SampleIndexes().Select(index => data.Validation[index].RelativeTo(data.Root)));
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
        var metadata = new Dictionary<string, string> { ["paths"] = JsonSerializer.Serialize(paths) };
        AtomicFile.Write(path, new SafetensorsFile(tensors, metadata).Write);
    }
}
