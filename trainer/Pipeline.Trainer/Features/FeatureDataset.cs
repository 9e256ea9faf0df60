using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Features;

/// <summary>
/// What a trained network's backbone gives for each image of a run, as a data set for any other classifier: a row per
/// readable image, training images first, then validation, then test. Computed in evaluation mode, float32, as far as
/// the head's first layer with parameters: a pooling before it belongs to the features.
/// </summary>
/// <param name="checkpoint">The network. Borrowed.</param>
/// <param name="data">The images.</param>
/// <param name="device">Where to compute.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class FeatureDataset(
    Checkpoint checkpoint,
    DatasetSplits data,
    Device device,
    IProgress<TrainingUpdate> progress
)
{
    private const string What = "Computing features";
    private readonly ImageSample[] samples = [.. data.Parts.SelectMany(part => part.Samples)];
    private readonly string[] partNames = [.. data.Parts.SelectMany(part => part.Samples.Select(_ => part.Name))];

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">
    /// A <c>.csv</c> file with the columns <c>path,split,label,f0,f1,...</c>; or a <c>.safetensors</c> file with
    /// <c>features</c> float32 <c>[N, F]</c>, <c>class_indexes</c> int64 <c>[N]</c> (-1 without a label) and
    /// <c>sample_indexes</c> int64 <c>[N]</c>, places in the JSON arrays <c>paths</c> and <c>splits</c> of its
    /// metadata, which names <c>classes</c> and <c>node</c> as well.
    /// </param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Rows written, N, and numbers in each, F.</returns>
    /// <exception cref="ArgumentException">The file's name ends otherwise.</exception>
    /// <exception cref="DatasetException">Too many images cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public (int Rows, int Features) Write(string path, CancellationToken cancellationToken)
    {
        bool isCsv = Path.GetExtension(path) == ".csv";
        if (!isCsv && Path.GetExtension(path) != ".safetensors")
        {
            throw new ArgumentException(
                $"Features go to a .csv or a .safetensors file, found '{path}'. Give such a name.",
                nameof(path)
            );
        }

        NetworkGraph graph = checkpoint.Spec.Build();
        string node = FeatureExtractor.FeatureNode(graph);
        int count = checked((int)graph.ShapeOf(node).Count);
        using var network = new TorchNetwork(graph, checkpoint.Weights, device);
        Preprocessing preprocessing = checkpoint.Contract.Preprocessing;
        progress.Message($"{What} of {samples.Length} images at '{node}', {graph.ShapeOf(node)} each");
        int done = 0;
        IEnumerable<FeatureRows> batches = FeatureExtractor
            .Extract(
                network,
                node,
                samples,
                ImageFlips.None,
                new SampleLoader(preprocessing, Environment.ProcessorCount, new SkippedImages(samples.Length)),
                preprocessing,
                cancellationToken
            )
            .Select(rows =>
            {
                done += rows.ClassIndexes.Length;
                progress.Report(new PassProgress(What, done, samples.Length));
                return rows;
            });
        if (isCsv)
        {
            WriteCsv(path, count, batches);
        }
        else
        {
            FeatureFile.Write(path, count, samples.Length, batches, Metadata(node));
        }

        return (done, count);
    }

    private void WriteCsv(string path, int count, IEnumerable<FeatureRows> batches) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                CsvText.Write(
                    text,
                    ["path", "split", "label", .. Enumerable.Range(0, count).Select(index => $"f{index}")],
                    batches.SelectMany(rows => Fields(rows, count))
                );
            }
        );

    private IEnumerable<IEnumerable<string>> Fields(FeatureRows rows, int count) =>
        rows.SampleIndexes.Select(
            (sample, row) =>
                rows
                    .Values.Skip(row * count)
                    .Take(count)
                    .Select(value => value.ToString("R", CultureInfo.InvariantCulture))
                    .Prepend(data.LabelOf(samples[sample]))
                    .Prepend(partNames[sample])
                    .Prepend(samples[sample].RelativeTo(data.Root))
        );

    private Dictionary<string, string> Metadata(string node) =>
        new(StringComparer.Ordinal)
        {
            ["node"] = node,
            ["classes"] = JsonSerializer.Serialize(data.Labels.ToArray()),
            ["paths"] = JsonSerializer.Serialize(samples.Select(sample => sample.RelativeTo(data.Root))),
            ["splits"] = JsonSerializer.Serialize(partNames),
        };
}
