using System.Security.Cryptography;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Chooses which images of one list serve for what. Sizes are exact; every choice depends on the images alone, so it is
/// the same on every machine.
/// </summary>
internal static class SplitChoice
{
    /// <summary>Parts a list.</summary>
    /// <param name="samples">Labelled images in the order of their class, then of their name.</param>
    /// <param name="sizes">
    /// Sizes of training, validation and test; a part without one, training apart, gets nothing.
    /// </param>
    /// <param name="method">How to choose.</param>
    /// <param name="labels">The classes, for messages.</param>
    /// <param name="hashes">Receives the hash of each file that was read, by path.</param>
    /// <returns>The three parts, each in the order of <paramref name="samples"/>.</returns>
    /// <exception cref="DatasetException">A class has fewer images than asked for.</exception>
    internal static (List<ImageSample> Train, List<ImageSample> Validation, List<ImageSample> Test) Choose(
        IReadOnlyList<ImageSample> samples,
        (PartSize? Train, PartSize? Validation, PartSize? Test) sizes,
        SplitMethod method,
        LabelSet labels,
        Dictionary<string, string> hashes
    )
    {
        var chosen = new Dictionary<ImageSample, int>(ReferenceEqualityComparer.Instance);
        IEnumerable<IGrouping<int, ImageSample>> groups = samples.GroupBy(sample =>
            method == SplitMethod.Last ? 0 : sample.ClassIndex
        );
        foreach (IGrouping<int, ImageSample> group in groups)
        {
            ImageSample[] ordered =
            [
                .. method switch
                {
                    SplitMethod.Hash => group
                        .OrderBy(sample => HashOf(sample.Path, hashes), StringComparer.Ordinal)
                        .ThenBy(sample => sample.Path, StringComparer.Ordinal),
                    SplitMethod.Last => group
                        .OrderBy(sample => Path.GetFileName(sample.Path), StringComparer.Ordinal)
                        .ThenBy(sample => sample.Path, StringComparer.Ordinal),
                    _ => group.AsEnumerable(),
                },
            ];
            int validation = sizes.Validation?.CountIn(ordered.Length) ?? 0;
            int test = sizes.Test?.CountIn(ordered.Length) ?? 0;
            int train = sizes.Train?.CountIn(ordered.Length) ?? ordered.Length - validation - test;
            if (train < 1 || train + validation + test > ordered.Length)
            {
                throw TooFew(
                    method == SplitMethod.Last ? "The data" : $"Class '{labels[group.Key]}'",
                    ordered.Length,
                    Math.Max(train, 1),
                    validation,
                    test
                );
            }

            for (int index = 0; index < train + validation + test; index++)
            {
                chosen[ordered[index]] =
                    index < train ? 0
                    : index < train + validation ? 1
                    : 2;
            }
        }

        return (Part(0), Part(1), Part(2));

        List<ImageSample> Part(int part) =>
            [.. samples.Where(sample => chosen.TryGetValue(sample, out int of) && of == part)];
    }

    private static DatasetException TooFew(string what, int found, int train, int validation, int test) =>
        new(
            $"{what} has {found} images, the split asks for {train} to train, {validation} to validate and {test} "
                + "to test. Ask for fewer in 'split', or add images."
        );

    /// <summary>A file that cannot be read has a place too; the loader counts it when it comes to it.</summary>
    private static string HashOf(string path, Dictionary<string, string> hashes) =>
        (hashes[path] = FileHash.Compute(path)) is { Length: > 0 } hash
            ? hash
            : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path))));
}
