using Pipeline.Core.Contracts;

namespace Pipeline.Trainer.Data;

/// <summary>The images of a run by their use; no image is in two parts.</summary>
/// <param name="Root">Folder that holds the images.</param>
/// <param name="Labels">Classes in output order.</param>
/// <param name="Train">To train on, by class, then by path.</param>
/// <param name="Validation">To choose by, by class, then by path.</param>
/// <param name="Test">Looked at once, by class, then by path; may be empty, and may be without labels.</param>
internal sealed record DatasetSplits(
    string Root,
    LabelSet Labels,
    IReadOnlyList<ImageSample> Train,
    IReadOnlyList<ImageSample> Validation,
    IReadOnlyList<ImageSample> Test
)
{
    /// <summary>Names of the parts in files.</summary>
    public const string TrainPart = "train",
        ValidationPart = "validation",
        TestPart = "test";

    /// <summary>
    /// Hashes of files that were read to choose the parts, by path; empty when the choice did not need them.
    /// </summary>
    internal IReadOnlyDictionary<string, string> KnownHashes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the test images can be evaluated; without labels they are only scored.</summary>
    public bool IsTestLabelled => Test.Count > 0 && Test[0].IsLabelled;

    /// <summary>The parts by name, in the order of their use.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<ImageSample> Samples)> Parts =>
        [(TrainPart, Train), (ValidationPart, Validation), (TestPart, Test)];

    /// <summary>Name of an image's class.</summary>
    /// <param name="sample">One of these images.</param>
    /// <returns>The name; empty for an image without a label.</returns>
    public string LabelOf(ImageSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return sample.IsLabelled ? Labels[sample.ClassIndex] : string.Empty;
    }
}
