using Pipeline.Core.Contracts;

namespace Pipeline.Training.Gate;

/// <summary>Top-1 accuracy of the two files on the same images.</summary>
/// <param name="Images">Images that could be read.</param>
/// <param name="Skipped">Images that could not.</param>
/// <param name="Float32">Share that float32 classifies as labelled.</param>
/// <param name="Int8">Share that int8 classifies as labelled.</param>
/// <param name="Changed">Images whose class differs.</param>
public sealed record AccuracyComparison(
    int Images,
    int Skipped,
    double Float32,
    double Int8,
    IReadOnlyList<ChangedImage> Changed
)
{
    /// <summary>What int8 costs, in percentage points; negative when it gains.</summary>
    public double DropPoints => Math.Round((Float32 - Int8) * 100, 6);

    /// <summary>Share of images with the same class.</summary>
    public double Agreement => 1 - ((double)Changed.Count / Images);

    /// <summary>Compares two scorings of the same images.</summary>
    internal static AccuracyComparison Compare(ScoredImages float32, ScoredImages int8, LabelSet labels, string root) =>
        new(
            float32.Count,
            float32.Classes.Length - float32.Count,
            float32.Accuracy,
            int8.Accuracy,
            [
                .. float32
                    .DifferentFrom(int8)
                    .Select(image => new ChangedImage(
                        float32.Samples[image].RelativeTo(root),
                        labels[float32.Samples[image].ClassIndex],
                        Name(labels, float32.Classes[image]),
                        Name(labels, int8.Classes[image])
                    )),
            ]
        );

    private static string Name(LabelSet labels, int index) => index < 0 ? "no answer" : labels[index];
}

/// <summary>An image to which int8 gives another class than float32.</summary>
/// <param name="Image">Its path.</param>
/// <param name="Truth">Its label.</param>
/// <param name="Float32">Class of the float32 model.</param>
/// <param name="Int8">Class of the int8 model.</param>
public sealed record ChangedImage(string Image, string Truth, string Float32, string Int8);
