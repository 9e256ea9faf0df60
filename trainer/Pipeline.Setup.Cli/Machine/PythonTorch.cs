using System.ComponentModel;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>The folder of Python's package <c>torch</c>, which is a libtorch with headers.</summary>
internal static class PythonTorch
{
    // finds it without importing it, which takes seconds
    private const string Question = "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";

    /// <summary>Asks python3, or the one that PYTHON names.</summary>
    /// <returns>The folder; <c>null</c> when there is no Python, or no such package.</returns>
    internal static string? Folder()
    {
        try
        {
            string[] lines = Tool.Run(Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? named : "python3", "-c", Question);
            return lines.FirstOrDefault(Directory.Exists);
        }
        catch (Win32Exception)
        {
            return null;   // no Python
        }
    }
}
