using System.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.CommandLine;

/// <summary>Keeps commands from writing over what they read, and over what is not theirs.</summary>
public static class OutputFile
{
    /// <summary>The option of every command that writes a file.</summary>
    /// <returns>A new option.</returns>
    public static Option<bool> Force() =>
        new("--force")
        {
            Description =
                "Replace a file that is there and was not made by this command. What is read is never replaced.",
        };

    /// <summary>Checks a file before it is written. Call it before any work.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="kind">What it will be.</param>
    /// <param name="force">Whether a file of another kind may be replaced.</param>
    /// <param name="inputs">Files that are read; <c>null</c> for one that there is not. Folders are left out.</param>
    /// <param name="images">
    /// More files that are read; looked at only when a file is there that is not of the kind.
    /// </param>
    /// <exception cref="OutputException">
    /// The name does not fit the kind; or the file is one that is read, also by another name (a link, a hard link), or
    /// a copy of it; or it is there, of no such kind, and not to be replaced.
    /// </exception>
    public static void Check(
        string path,
        OutputKind kind,
        bool force,
        IEnumerable<string?> inputs,
        Func<IEnumerable<string>>? images = null
    )
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(kind);
        if (
            kind.Extensions.Count > 0
            && !kind.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        )
        {
            throw new OutputException(
                $"Cannot write '{path}': its name is not one of {kind.Title}, "
                    + $"expected one that ends in {string.Join(" or ", kind.Extensions)}. Give another name."
            )
            {
                Subject = path,
            };
        }

        string real = RealPath.Resolve(path);
        string? read = inputs.OfType<string>().FirstOrDefault(input => IsSame(real, input));
        if (read is null && File.Exists(real) && !kind.IsOwn(real))
        {
            read = images?.Invoke().FirstOrDefault(image => IsSame(real, image));
            if (read is null && !force)
            {
                throw new OutputException(
                    $"Cannot write '{path}': a file of that name is there, and it is not {kind.Title} that this "
                        + "command wrote. Give another name, or --force to replace it."
                )
                {
                    Subject = path,
                };
            }
        }

        if (read is not null)
        {
            throw new OutputException($"Cannot write '{path}': it is '{read}', which is read. Give another name.")
            {
                Subject = path,
            };
        }
    }

    // Two names of one file, or a copy: of either the content would be gone.
    private static bool IsSame(string real, string input)
    {
        if (string.Equals(real, RealPath.Resolve(input), RealPath.Comparison))
        {
            return true;
        }

        var one = new FileInfo(real);
        var other = new FileInfo(input);
        return one.Exists
            && other.Exists
            && one.Length == other.Length
            && one.Length > 0
            && FileBytes.AreEqual(real, input);
    }
}
