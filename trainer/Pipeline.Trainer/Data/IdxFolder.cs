using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Data;

/// <summary>
/// A data set in four IDX files, as MNIST and Fashion-MNIST are, written once as an ordinary folder of PNG files with
/// <c>train</c> and <c>test</c>. A file's name is its position in the IDX file, so the order is kept; grey becomes
/// three equal channels.
/// </summary>
internal static class IdxFolder
{
    /// <summary>
    /// The classes of Fashion-MNIST by number (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747); the first is called
    /// T-shirt/top there, which cannot name a folder.
    /// </summary>
    public static IReadOnlyList<string> FashionMnistClasses { get; } =
    ["T-shirt-top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private const string FashionMnistPackage = "/usr/share/datasets/fashion-mnist"; // of Debian's dataset-fashion-mnist
    private static readonly string[] Names =
    [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ];

    /// <summary>Writes the folder if it is not there yet.</summary>
    /// <param name="recipe">Where the files are, and the names of the classes by number.</param>
    /// <param name="cacheFolder">Folder under which the image folder is made.</param>
    /// <returns>Path of the image folder, and its classes by number.</returns>
    /// <exception cref="DatasetException">
    /// A file is missing or damaged, or there is a number without a class.
    /// </exception>
    public static (string Root, IReadOnlyList<string> Classes) Prepare(DataRecipe recipe, string cacheFolder)
    {
        bool isFashion = recipe.Source == DataSource.FashionMnist;
        IReadOnlyList<string> classes = isFashion ? FashionMnistClasses : recipe.Classes;
        string[] files = Find(recipe.Folder ?? FashionMnistPackage, isFashion);
        string root = Path.Combine(cacheFolder, $"{WireNames.ToKebab(recipe.Source)}-{KeyOf(files, classes)}");
        GeneratedFolder.Prepare(
            root,
            temporary =>
            {
                Write(files[0], files[1], Path.Combine(temporary, DatasetSplits.TrainPart), classes);
                Write(files[2], files[3], Path.Combine(temporary, DatasetSplits.TestPart), classes);
            }
        );
        return (root, classes);
    }

    private static string[] Find(string folder, bool isFashion)
    {
        string[] found =
        [
            .. Names.Select(name => Path.Combine(folder, name)).Select(path => File.Exists(path) ? path : $"{path}.gz"),
        ];
        string? missing = found.FirstOrDefault(path => !File.Exists(path));
        return missing is null
            ? found
            : throw new DatasetException(
                $"IDX file '{missing}' does not exist. "
                    + $"{(isFashion ? "Install it with 'apt-get install dataset-fashion-mnist', or put" : "Put")} "
                    + $"{string.Join(", ", Names)} there, "
                    + "gzip-compressed (.gz) or "
                    + $"not{(isFashion ? ", or name another 'folder' in the recipe" : string.Empty)}."
            )
            {
                Subject = missing,
            };
    }

    private static string KeyOf(string[] files, IReadOnlyList<string> classes)
    {
        string content = string.Join('\n', files.Select(FileHash.Compute).Concat(classes));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
    }

    private static void Write(string imagesPath, string labelsPath, string folder, IReadOnlyList<string> classes)
    {
        using var images = new IdxFile(imagesPath, dimensions: 3);
        using var labels = new IdxFile(labelsPath, dimensions: 1);
        if (images.Sizes[0] != labels.Sizes[0])
        {
            throw new DatasetException(
                $"IDX file '{imagesPath}' has {images.Sizes[0]} images and '{labelsPath}' {labels.Sizes[0]} labels. "
                    + "Fetch them again."
            )
            {
                Subject = imagesPath,
            };
        }

        var size = new ImageSize(images.Sizes[2], images.Sizes[1]);
        byte[] grey = new byte[size.Width * size.Height],
            rgb = new byte[size.RgbBytes],
            label = new byte[1];
        string[] folders = [.. classes.Select(name => Directory.CreateDirectory(Path.Combine(folder, name)).FullName)];
        for (int index = 0; index < images.Sizes[0]; index++)
        {
            images.Fill(grey);
            labels.Fill(label);
            if (label[0] >= classes.Count)
            {
                throw new DatasetException(
                    $"IDX file '{labelsPath}' has label {label[0]} at position {index}, "
                        + $"there are {classes.Count} classes: {string.Join(", ", classes)}. "
                        + "Name all of them in 'classes'."
                )
                {
                    Subject = labelsPath,
                };
            }

            for (int position = 0; position < grey.Length; position++)
            {
                rgb.AsSpan(3 * position, 3).Fill(grey[position]);
            }

            File.WriteAllBytes(
                Path.Combine(folders[label[0]], string.Create(CultureInfo.InvariantCulture, $"{index:D6}.png")),
                ImageEncoder.EncodePng(rgb, size)
            );
        }
    }
}
