using Pipeline.Core.Contracts;

namespace Pipeline.Trainer.Data;

/// <summary>The images of a run by their use; no image is in two parts.</summary>
/// <param name="Root">Folder that holds the images.</param>
/// <param name="Labels">Classes in output order.</param>
/// <param name="Train">To train on, ordered by path.</param>
/// <param name="Validation">To choose by, ordered by path.</param>
/// <param name="Test">Looked at once, ordered by path; may be empty.</param>
public sealed record DatasetSplits(string Root, LabelSet Labels, IReadOnlyList<ImageSample> Train, IReadOnlyList<ImageSample> Validation, IReadOnlyList<ImageSample> Test)
{
    /// <summary>Folder names of the three parts.</summary>
    public const string TrainFolder = "train", ValidationFolder = "validation", TestFolder = "test";
}
