using System.Runtime.InteropServices;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;

namespace Pipeline.Trainer.Features;

/// <summary>
/// Writes features batch by batch, so that memory does not grow with the number of images: a safetensors file with
/// <c>features</c> float32 <c>[N, F]</c>, <c>class_indexes</c> and <c>sample_indexes</c> int64 <c>[N]</c>. Any
/// safetensors reader opens it, so the features serve other classifiers too.
/// </summary>
internal static class FeatureFile
{
    internal const string Features = "features";
    internal const string ClassIndexes = "class_indexes";
    internal const string SampleIndexes = "sample_indexes";

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">Where.</param>
    /// <param name="featureCount">F.</param>
    /// <param name="maxRows">No more rows than this will come; unreadable images make it fewer.</param>
    /// <param name="batches">The rows; enumerated once.</param>
    /// <param name="metadata">What the features are of, for the file's header.</param>
    internal static void Write(
        string path,
        int featureCount,
        int maxRows,
        IEnumerable<FeatureRows> batches,
        IReadOnlyDictionary<string, string> metadata
    ) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                int headerBytes = Index(maxRows).ToBytes().Length; // fewer rows need no more digits
                stream.Position = headerBytes;
                var classes = new List<long>();
                var samples = new List<long>();
                foreach (FeatureRows rows in batches)
                {
                    stream.Write(MemoryMarshal.AsBytes<float>(rows.Values));
                    classes.AddRange(rows.ClassIndexes);
                    samples.AddRange(rows.SampleIndexes.Select(index => (long)index));
                }

                stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(classes)));
                stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(samples)));
                stream.Position = 0;
                stream.Write(Index(classes.Count).ToBytes(headerBytes));

                SafetensorsIndex Index(long rows) =>
                    new(
                        [
                            new(
                                Features,
                                TensorElementType.Float32,
                                [rows, featureCount],
                                0,
                                rows * featureCount * sizeof(float)
                            ),
                            new(
                                ClassIndexes,
                                TensorElementType.Int64,
                                [rows],
                                rows * featureCount * sizeof(float),
                                rows * sizeof(long)
                            ),
                            new(
                                SampleIndexes,
                                TensorElementType.Int64,
                                [rows],
                                (rows * featureCount * sizeof(float)) + (rows * sizeof(long)),
                                rows * sizeof(long)
                            ),
                        ],
                        metadata
                    );
            }
        );
}
