using System.Globalization;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Trainer.Runs;

/// <summary>The folder of one run, <c>artifacts/&lt;recipe&gt;/&lt;n&gt;</c>, and the names in it.</summary>
internal sealed class RunFolder
{
    /// <summary>The other name of the newest complete run.</summary>
    public const string LatestName = "latest";

    private static readonly TimeSpan BeginningTime = TimeSpan.FromSeconds(10); // from the folder to the record in it

    private RunFolder(string path)
    {
        Path = path;
    }

    /// <summary>Path of the folder.</summary>
    public string Path { get; }

    /// <summary>The resolved recipe, which alone reproduces the run.</summary>
    public string Recipe => File("recipe.yaml");

    /// <summary>State, versions and timings.</summary>
    public string Record => File("run.json");

    /// <summary>Which image served for what.</summary>
    public string Split => File("split.csv");

    /// <summary>The table of models.</summary>
    public string Comparison => File("comparison.json");

    /// <summary>Names of folders under the artifacts that belong to the build.</summary>
    public static IReadOnlyList<string> Reserved { get; } =
    ["bin", "obj", "package", "publish", "test-results", "cache"];

    /// <summary>Whether a recipe's runs would land in a folder of the build.</summary>
    /// <param name="recipe">Name of the recipe.</param>
    /// <returns>Whether the name is taken, in any case.</returns>
    public static bool IsReserved(string recipe) => Reserved.Contains(recipe, StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the next free folder of a recipe.</summary>
    /// <param name="artifacts">Folder of all outputs.</param>
    /// <param name="recipe">Name of the recipe.</param>
    /// <returns>An empty folder with the next number.</returns>
    /// <exception cref="RecipeException">The name is reserved for the build.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to make it.</exception>
    public static RunFolder Create(string artifacts, string recipe)
    {
        if (IsReserved(recipe))
        {
            throw new RecipeException(
                $"A recipe cannot be named '{recipe}', since {artifacts}/{recipe} belongs to the build. "
                    + $"Choose another name; reserved are: {string.Join(", ", Reserved)}."
            )
            {
                Found = recipe,
            };
        }

        string parent = System.IO.Path.Combine(artifacts, recipe);
        if (System.IO.File.Exists(artifacts) || System.IO.File.Exists(parent))
        {
            throw new IOException(
                $"Run folder '{parent}' cannot be made: "
                    + $"a file of the name '{(System.IO.File.Exists(artifacts) ? artifacts : parent)}' is in the "
                    + "way. Move it, or name another folder with --artifacts."
            );
        }

        FolderFlush.Create(parent);
        int number = Numbers(parent).LastOrDefault() + 1;
        string path = System.IO.Path.Combine(parent, number.ToString(CultureInfo.InvariantCulture));
        FolderFlush.Create(path);
        return new RunFolder(path);
    }

    /// <summary>The runs of a recipe, the newest first.</summary>
    /// <param name="artifacts">Folder of all outputs.</param>
    /// <param name="recipe">Name of the recipe.</param>
    /// <returns>Their folders; runs are numbered, not sorted as text.</returns>
    public static IEnumerable<RunFolder> All(string artifacts, string recipe)
    {
        string parent = System.IO.Path.Combine(artifacts, recipe);
        return Directory.Exists(parent)
            ? Numbers(parent)
                .Reverse()
                .Select(number => new RunFolder(
                    System.IO.Path.Combine(parent, number.ToString(CultureInfo.InvariantCulture))
                ))
            : [];
    }

    /// <summary>
    /// Removes folders of a recipe that a kill left behind before their run had begun: no record is in them, and nobody
    /// is making one.
    /// </summary>
    /// <param name="artifacts">Folder of all outputs.</param>
    /// <param name="recipe">Name of the recipe.</param>
    /// <param name="clock">Tells how old a folder is: one just made may get its record yet.</param>
    public static void RemoveOrphans(string artifacts, string recipe, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        DateTime now = clock.GetUtcNow().UtcDateTime;
        foreach (
            RunFolder orphan in All(artifacts, recipe)
                .Where(run =>
                    !System.IO.File.Exists(run.Record) && now - Directory.GetCreationTimeUtc(run.Path) > BeginningTime
                )
                .ToArray()
        )
        {
            if (orphan.TryClaim() is { } claim)
            {
                claim.Dispose();
                orphan.RemoveIfUntrained();
            }
        }
    }

    /// <summary>A run that is there.</summary>
    /// <param name="path">Path of its folder, or another name of it such as <c>latest</c>.</param>
    /// <returns>The names in it.</returns>
    public static RunFolder At(string path) => new(FolderAlias.Resolve(path));

    /// <summary>Path of a file at run level.</summary>
    /// <param name="name">File name.</param>
    /// <returns>The path.</returns>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The folder of one model.</summary>
    /// <param name="model">Its name.</param>
    /// <returns>The names in it.</returns>
    public ModelFolder Model(string model) => new(System.IO.Path.Combine(Path, "models", model));

    /// <summary>Claims the folder, so that no second process trains in it.</summary>
    /// <returns>
    /// A claim that ends when it is disposed, or with the process; <c>null</c> when another process has it.
    /// </returns>
    public IDisposable? TryClaim()
    {
        try
        {
            return new FileStream(
                File(".claim"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Removes the run, and the recipe's folder if it was its first, unless an epoch of it is finished to go on from.
    /// For a run that ended with an error.
    /// </summary>
    public void RemoveIfUntrained()
    {
        try
        {
            if (
                !Directory.Exists(Path)
                || Directory.EnumerateFiles(Path, "*.state.safetensors", SearchOption.AllDirectories).Any()
            )
            {
                return;
            }

            Directory.Delete(Path, recursive: true);
            if (
                System.IO.Path.GetDirectoryName(Path) is string parent
                && !Directory.EnumerateFileSystemEntries(parent).Any()
            )
            {
                Directory.Delete(parent);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report; run.json says that this run is not complete.
        }
    }

    /// <summary>Points <c>latest</c> to this run, in one step, so that a reader always finds one.</summary>
    /// <exception cref="IOException">The file system has no links, or the folder cannot be written.</exception>
    public void MarkLatest()
    {
        string parent = System.IO.Path.GetDirectoryName(Path) ?? ".";
        FolderAlias.Point(System.IO.Path.Combine(parent, LatestName), System.IO.Path.GetFileName(Path));
    }

    private static int[] Numbers(string parent) =>
        [
            .. Directory
                .EnumerateDirectories(parent)
                .Select(folder =>
                    int.TryParse(
                        System.IO.Path.GetFileName(folder),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out int number
                    )
                        ? number
                        : 0
                )
                .Where(number => number > 0)
                .Order(),
        ];
}
