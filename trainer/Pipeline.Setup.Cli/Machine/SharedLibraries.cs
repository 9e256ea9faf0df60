using System.ComponentModel;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>What the system's loader finds.</summary>
internal static class SharedLibraries
{
    /// <summary>The program is not on everybody's PATH.</summary>
    private static readonly string[] LoaderTools = ["/sbin/ldconfig", "ldconfig"];

    /// <summary>The libraries that a library is linked with, theirs included, as <c>ldd</c> says.</summary>
    /// <param name="library">Path of the library.</param>
    internal static IReadOnlyList<LibraryNeed> Needs(string library) => Parse(Tool.Run("ldd", library));

    /// <summary>Reads lines such as <c>libc.so.6 => /lib/libc.so.6 (0x1)</c> and <c>libcuda.so.1 => not found</c>; others name no library that is looked for.</summary>
    internal static IReadOnlyList<LibraryNeed> Parse(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Split(" => ", 2)).Where(parts => parts.Length == 2).Select(parts => new LibraryNeed(parts[0].Trim(), parts[1].StartsWith("not found", StringComparison.Ordinal) ? null : parts[1].Split(" (")[0].Trim()))];

    /// <summary>Looks for a library that programs open by its name: in LD_LIBRARY_PATH, then in the loader's list.</summary>
    /// <param name="name">Name with its version.</param>
    /// <returns>A path; <c>null</c> when there is none.</returns>
    internal static string? Find(string name)
    {
        string? named = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return named ?? Parse(LoaderList()).FirstOrDefault(entry => entry.Name.Split(' ')[0] == name)?.Path;
    }

    /// <summary>The lines of the loader's cache, <c>libz.so.1 (libc6,x86-64) => /lib/libz.so.1</c>.</summary>
    private static string[] LoaderList()
    {
        foreach (string program in LoaderTools)
        {
            try
            {
                return Tool.Run(program, "-p");
            }
            catch (Win32Exception)
            {
                // the next place
            }
        }

        return [];
    }
}
