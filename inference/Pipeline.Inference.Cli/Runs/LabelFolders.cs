using System.Globalization;
using Pipeline.Core.Files;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// Sorts images into a folder per class, after all of them were scored: a list that is still being read does not change
/// under it. Nothing is overwritten; a second time, or after an interruption, does only what is left. Images without a
/// class stay.
/// </summary>
/// <param name="root">Folder of the class folders.</param>
/// <param name="action">What to do.</param>
/// <param name="relativeName">Where an image stands below its class, from its path.</param>
internal sealed class LabelFolders(string root, LabelAction action, Func<string, string> relativeName)
{
    /// <summary>Whether the images leave the places where they were found.</summary>
    internal bool IsMoving => action == LabelAction.Move;

    /// <summary>Images that are in place.</summary>
    internal long Done { get; private set; }

    /// <summary>Images that could not be put in place.</summary>
    internal long Failed { get; private set; }

    /// <summary>Why the first of them could not; <c>null</c> when all are in place.</summary>
    internal string? FirstFailure { get; private set; }

    /// <summary>Sorts.</summary>
    /// <param name="rows">Predictions.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    internal void Sort(IEnumerable<PredictionRow> rows, CancellationToken cancellationToken)
    {
        foreach (PredictionRow row in rows.Where(row => row.Label is not null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Put(row.Path, Path.Join(root, FolderName(row.Label ?? string.Empty), relativeName(row.Path)));
                Done++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Failed++;
                FirstFailure ??= $"'{row.Path}': {error.Message.ReplaceLineEndings(" ")}";
            }
        }
    }

    /// <summary>
    /// A class's name as the name of one folder: a model from a stranger must not lead out of the root.
    /// </summary>
    /// <param name="label">The class.</param>
    /// <returns>The name, with <c>_</c> for what a file system or a shell would misunderstand.</returns>
    internal static string FolderName(string label)
    {
        string name = string.Concat(
            label.Select(letter => letter is '/' or '\\' or ':' || char.IsControl(letter) ? '_' : letter)
        );
        return name.Trim('.', ' ').Length == 0 ? new string('_', name.Length) : name;
    }

    private void Put(string path, string destination)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(destination) ?? root);
        if (action == LabelAction.Move && !File.Exists(path) && File.Exists(destination))
        {
            return; // moved before an interruption
        }

        string free = Free(path, destination, out bool isThere);
        if (isThere)
        {
            return;
        }

        switch (action)
        {
            case LabelAction.Move:
                File.Move(path, free);
                break;
            case LabelAction.Link:
                File.CreateSymbolicLink(free, Path.GetFullPath(path));
                break;
            default:
                string temporary = Path.Join(Path.GetDirectoryName(free), $".{Path.GetFileName(free)}.tmp");
                File.Copy(path, temporary, overwrite: true);
                File.Move(temporary, free);
                break;
        }
    }

    /// <summary>The name, or with a number when another image has it.</summary>
    private string Free(string path, string destination, out bool isThere)
    {
        string free = destination;
        for (int number = 2; Path.Exists(free) || new FileInfo(free).LinkTarget is not null; number++)
        {
            if (action != LabelAction.Move && IsSame(path, free))
            {
                isThere = true;
                return free;
            }

            free = Path.Join(
                Path.GetDirectoryName(destination),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Path.GetFileNameWithoutExtension(destination)} ({number}){Path.GetExtension(destination)}"
                )
            );
        }

        isThere = false;
        return free;
    }

    private bool IsSame(string path, string other) =>
        action == LabelAction.Link
            ? new FileInfo(other).LinkTarget == Path.GetFullPath(path)
            : FileBytes.AreEqual(path, other);
}
