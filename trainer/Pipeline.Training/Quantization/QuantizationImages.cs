using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Evaluation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Runs;

namespace Pipeline.Training.Quantization;

/// <summary>Where the images for a quantization come from: a finished run, or folders.</summary>
internal static class QuantizationImages
{
    /// <summary>The images of a run by their use, from its <c>split.csv</c>.</summary>
    /// <exception cref="DatasetException">
    /// The folder is no finished run, or its images are not there any more.
    /// </exception>
    internal static DatasetSplits OfRun(string run, LabelSet labels)
    {
        string split = Path.Combine(run, "split.csv");
        string recordPath = Path.Combine(run, "run.json");
        RunRecord? record = RunRecord.Find(recordPath);
        if (record is null && File.Exists(recordPath))
        {
            throw new DatasetException(
                $"'{recordPath}' cannot be read: it is damaged, or of another version's form, "
                    + "and does not say where the images are. Train again, or give --model, "
                    + "--calibration and --validation."
            )
            {
                Subject = recordPath,
            };
        }

        if (record is null || !File.Exists(split))
        {
            throw new DatasetException(
                $"Folder '{run}' is no finished run: it has no {(record is null ? "run.json" : "split.csv")}. "
                    + "Give a folder such as artifacts/<recipe>/latest, or --model, --calibration and --validation."
            )
            {
                Subject = run,
            };
        }

        DatasetSplits all = SplitManifest.Read(split, record.DataRoot, labels);
        DatasetSplits found = all with
        {
            Train = Labelled(all.Train),
            Validation = Labelled(all.Validation),
            Test = Labelled(all.Test),
        };
        return Directory.Exists(record.DataRoot) && found is { Train.Count: > 0, Validation.Count: > 0 }
            ? found
            : throw new DatasetException(
                $"Run '{run}' was trained on images in '{record.DataRoot}', "
                    + (
                        Directory.Exists(record.DataRoot)
                            ? "and its split.csv names none of them. "
                            : "which is not there any more. "
                    )
                    + "Give --model, --calibration and --validation."
            )
            {
                Subject = run,
            };
    }

    /// <summary>The labelled images of a folder with one sub-folder per class.</summary>
    /// <exception cref="DatasetException">
    /// The folder cannot be read, holds no labelled file, or a sub-folder is no class of the model.
    /// </exception>
    internal static IReadOnlyList<ImageSample> OfFolder(string folder, LabelSet labels) =>
        [
            .. FolderEvaluation
                .Scan(folder, labels)
                .Paths.Select(path => new ImageSample(
                    path,
                    labels.TryIndexOf(
                        Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0],
                        out int index
                    )
                        ? index
                        : -1
                ))
                .Where(sample => sample.ClassIndex >= 0),
        ];

    private static ImageSample[] Labelled(IEnumerable<ImageSample> samples) =>
        [.. samples.Where(sample => sample.IsLabelled)];
}
