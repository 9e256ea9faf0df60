using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Batching;

namespace Pipeline.Inference.Evaluation;

/// <summary>
/// The evaluation of labelled images, by default a folder with one sub-folder per class: the files and their truth
/// first, then their predictions in the same order, then the report. Not thread-safe.
/// <c>ImageClassifier.EvaluateAsync</c> does all three; use this to see each prediction as well.
/// </summary>
public sealed class FolderEvaluation
{
    private readonly ClassificationAccumulator accumulator;
    private readonly LabelSet labels;
    private readonly List<SkippedImage> skipped = [];
    private int next;

    /// <summary>An evaluation of given files, without predictions yet.</summary>
    /// <param name="paths">The files, in the order of their predictions.</param>
    /// <param name="truth">
    /// The class of each, in [0, K); negative when it has none, which is counted and left out.
    /// </param>
    /// <param name="labels">The K classes.</param>
    /// <exception cref="ArgumentException">There is not one class per file.</exception>
    public FolderEvaluation(IReadOnlyList<string> paths, IReadOnlyList<int> truth, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(labels);
        if (paths.Count != truth.Count)
        {
            throw new ArgumentException(
                $"Expected the class of each of {paths.Count} files, found {truth.Count} classes.",
                nameof(truth)
            );
        }

        Paths = paths;
        Truth = truth;
        this.labels = labels;
        accumulator = new ClassificationAccumulator(labels.Count);
    }

    /// <summary>The files; those of a folder in ordinal order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The class of each file, in [0, K); negative when it has none.</summary>
    public IReadOnlyList<int> Truth { get; }

    /// <summary>Lists a folder; the name of a file's first sub-folder is its class.</summary>
    /// <param name="folder">An existing folder with one sub-folder per class.</param>
    /// <param name="labels">The model's classes. A class without a folder is fine.</param>
    /// <returns>An evaluation without predictions yet.</returns>
    /// <exception cref="DatasetException">
    /// The folder cannot be read, holds no labelled file, or a sub-folder is no class of the model.
    /// </exception>
    public static FolderEvaluation Scan(string folder, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        IReadOnlyList<string> paths = FolderListing.Files(folder);
        string[] classes =
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
        string[] unknown = [.. classes.Where(name => !labels.TryIndexOf(name, out _))];
        if (unknown.Length > 0)
        {
            throw new DatasetException(
                $"Folder '{folder}' has sub-folders that are no class of the model: {NameList.Format(unknown)}. "
                    + $"Sub-folders: {NameList.Format(classes)}. Classes of the model: {NameList.Format(labels)}. "
                    + "Rename or remove the others."
            )
            {
                Subject = folder,
                Expected = labels.ToString(),
                Found = string.Join(", ", classes),
            };
        }

        int[] truth = [.. paths.Select(path => TruthOf(Path.GetRelativePath(folder, path), labels))];
        if (Array.TrueForAll(truth, index => index < 0))
        {
            throw new DatasetException(
                $"Folder '{folder}' holds no labelled file. Expected one sub-folder of images per class: "
                    + $"{NameList.Format(labels)}."
            )
            {
                Subject = folder,
                Expected = labels.ToString(),
            };
        }

        return new FolderEvaluation(paths, truth, labels);
    }

    /// <summary>The class that a file is known to be of.</summary>
    /// <param name="index">Its position in <see cref="Paths"/>.</param>
    /// <returns>Its name; <c>null</c> when it has none.</returns>
    public string? TrueLabelOf(int index) => Truth[index] >= 0 ? labels[Truth[index]] : null;

    /// <summary>Counts the prediction of the next file.</summary>
    /// <param name="prediction">That of <c>Paths[i]</c> at the i-th call. Borrowed.</param>
    /// <exception cref="ArgumentException">It is the prediction of another file.</exception>
    public void Add(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (next >= Paths.Count || prediction.Path != Paths[next])
        {
            throw new ArgumentException(
                $"Expected the prediction of {(next < Paths.Count ? $"'{Paths[next]}'" : "no further file")}, "
                    + $"found that of '{prediction.Path}'.",
                nameof(prediction)
            );
        }

        int index = Truth[next++];
        if (index >= 0 && prediction.Error is null)
        {
            accumulator.Add(prediction.Probabilities, index, prediction.IsRejected);
            return;
        }

        accumulator.Skip();
        skipped.Add(
            new SkippedImage(prediction.Path, index < 0 ? "it has no label" : prediction.Error ?? string.Empty)
        );
    }

    /// <summary>Derives the metrics of the predictions so far.</summary>
    /// <returns>An independent report.</returns>
    public EvaluationReport ToReport() => new(accumulator.ToReport(labels), [.. skipped]);

    private static int TruthOf(string relativePath, LabelSet labels)
    {
        int separator = relativePath.IndexOf(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return separator > 0 && labels.TryIndexOf(relativePath[..separator], out int index) ? index : -1;
    }
}
