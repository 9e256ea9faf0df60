using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Trainer.Data;

/// <summary>A folder with <c>train</c>, <c>validation</c> and optionally <c>test</c>, each with one folder of images per class.</summary>
public static class ImageFolder
{
    /// <summary>Lists the images. Class order is fixed here, from the training folders by name, and never derived again.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="classes">Classes to use, in output order; empty means all, in ordinal order of their names.</param>
    /// <returns>The three parts.</returns>
    /// <exception cref="DatasetException">A folder is missing, a class is empty or occurs in one part only, or there are fewer than two classes.</exception>
    public static DatasetSplits Scan(string root, IReadOnlyList<string> classes)
    {
        string train = RequireTrainFolder(root);
        string[] found = [.. Directory.EnumerateDirectories(train).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        foreach (string name in classes)
        {
            if (!found.Contains(name))
            {
                throw new DatasetException($"Class '{name}' of the recipe has no folder in '{train}'.{(found.Length == 0 ? " It has none at all" : $" Did you mean '{Spelling.Nearest(name, found)}'? Found: {string.Join(", ", found)}")}. Correct 'classes', or add the folder.") { Subject = train, Expected = name };
            }
        }

        LabelSet labels = Labels(train, classes.Count == 0 ? found : classes);
        return new DatasetSplits(
            root,
            labels,
            ScanPart(train, labels, isSubset: classes.Count > 0),
            ScanPart(Path.Combine(root, DatasetSplits.ValidationFolder), labels, isSubset: classes.Count > 0),
            Directory.Exists(Path.Combine(root, DatasetSplits.TestFolder)) ? ScanPart(Path.Combine(root, DatasetSplits.TestFolder), labels, isSubset: classes.Count > 0) : []);
    }

    private static string RequireTrainFolder(string root)
    {
        string train = Path.Combine(root, DatasetSplits.TrainFolder);
        if (Directory.Exists(train))
        {
            return train;
        }

        string found = Directory.Exists(root) ? $"has no folder '{DatasetSplits.TrainFolder}'" : File.Exists(root) ? "is a file" : "does not exist";
        throw new DatasetException($"Image folder '{root}' {found}. Expected {train}/<class>/*.jpg, and the same under validation and, if you like, test.") { Subject = root, Expected = train };
    }

    /// <summary>The classes of the training folder; a fault of the names is told with the folder.</summary>
    private static LabelSet Labels(string train, IReadOnlyList<string> names)
    {
        try
        {
            return new LabelSet(names);
        }
        catch (DatasetException error)
        {
            throw new DatasetException($"Training images in '{train}': {error.Message}", error) { Subject = train, Found = string.Join(", ", names) };
        }
    }

    private static List<ImageSample> ScanPart(string folder, LabelSet labels, bool isSubset)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"Image folder '{folder}' does not exist. Put images there, in one folder per class: {labels}.") { Subject = folder };
        }

        string? stranger = isSubset ? null : Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).FirstOrDefault(name => !labels.TryIndexOf(name, out _));
        if (stranger is not null)
        {
            throw new DatasetException($"Folder '{Path.Combine(folder, stranger)}' is no class of the training images, which are: {labels}. Rename or remove it.") { Subject = folder, Found = stranger };
        }

        var samples = new List<ImageSample>();
        for (int index = 0; index < labels.Count; index++)
        {
            string classFolder = Path.Combine(folder, labels[index]);
            int before = samples.Count;
            if (Directory.Exists(classFolder))
            {
                samples.AddRange(Directory.EnumerateFiles(classFolder, "*", SearchOption.AllDirectories).Where(IsVisible).Order(StringComparer.Ordinal).Select(path => new ImageSample(path, index)));
            }

            if (samples.Count == before)
            {
                throw new DatasetException($"Class '{labels[index]}' has no image in '{classFolder}'. Put images there, or remove the class from every part.") { Subject = classFolder };
            }
        }

        return samples;
    }

    /// <summary>Files that a system puts into every folder are no images.</summary>
    private static bool IsVisible(string path) => Path.GetFileName(path) is var name && !name.StartsWith('.') && name is not ("Thumbs.db" or "desktop.ini");
}
