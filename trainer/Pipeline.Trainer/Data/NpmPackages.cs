using Pipeline.Core.Errors;

namespace Pipeline.Trainer.Data;

/// <summary>Finds the npm packages that setup restored into <c>build/npm/node_modules</c>.</summary>
internal static class NpmPackages
{
    /// <summary>Environment variable that names another <c>node_modules</c> folder.</summary>
    public const string Variable = "PIPELINE_NODE_MODULES";

    /// <summary>
    /// Finds a package: in <see cref="Variable"/>, else above the working folder, else above the program.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <returns>Path of its folder.</returns>
    /// <exception cref="WeightsException">It is not installed; the message says how to install it.</exception>
    public static string Folder(string name)
    {
        IEnumerable<string> places = Environment.GetEnvironmentVariable(Variable) is string given
            ? [given]
            : Above(Directory.GetCurrentDirectory())
                .Concat(Above(AppContext.BaseDirectory))
                .Select(folder => Path.Combine(folder, "build", "npm", "node_modules"));
        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(Directory.Exists)
            ?? throw new WeightsException(
                $"The npm package '{name}' is not installed. Run ./build.sh --target=setup, "
                    + $"or name a node_modules folder in {Variable}."
            )
            {
                Subject = name,
            };
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }
}
