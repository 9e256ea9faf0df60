using System.Reflection;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// Finds libvips, starts it once per process and sets the process-wide switches that every decode relies on.
/// </summary>
internal static class VipsLibrary
{
    /// <summary>Environment variable that names the library file and then is the only place looked at.</summary>
    internal const string PathVariable = "PIPELINE_LIBVIPS";

    private static readonly Lazy<string> Started = new(Start);
    private static readonly Lazy<nint> Library = new(Load);

    /// <summary>
    /// Starts libvips when that has not happened yet. Thread-safe; a failure is thrown again by every later call.
    /// </summary>
    /// <returns>Its version, such as <c>8.18.7</c>.</returns>
    /// <exception cref="DllNotFoundException">
    /// The library is nowhere; the message lists the places tried and what to do.
    /// </exception>
    internal static string EnsureStarted() => Started.Value;

    private static string Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);

        VipsLog.Install();
        if (Vips.Init("pipeline") != 0)
        {
            throw new DllNotFoundException($"libvips did not start: {Vips.TakeErrorText()}");
        }

        // SVG, PDF, ImageMagick and their like are no parsers for files from strangers.
        Vips.BlockUntrusted(1);

        // Every file is another one: a cache of operations would only hold memory.
        Vips.SetCacheSize(0);

        // Callers decode on threads of their own; a pool per image inside libvips would fight with them.
        Vips.SetConcurrency(1);
        return $"{Vips.Version(0)}.{Vips.Version(1)}.{Vips.Version(2)}";
    }

    // libvips, GObject and GLib are one file in the self-contained builds, and one dlsym search elsewhere; only Windows
    // needs the other two by name.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name switch
        {
            Vips.Library => Library.Value,
            Vips.GObjectLibrary or Vips.GLibLibrary when !OperatingSystem.IsWindows() => Library.Value,
            Vips.GObjectLibrary or Vips.GLibLibrary when Library.Value != 0 => LoadCompanion(name),
            _ => 0,
        };

    // Builds that link GLib into libvips-42.dll export its functions there.
    private static nint LoadCompanion(string name)
    {
        string file = name + "-0.dll";
        string? folder = Path.GetDirectoryName(Environment.GetEnvironmentVariable(PathVariable));
        string[] candidates = string.IsNullOrEmpty(folder) ? [.. Candidates(file)] : [Path.Combine(folder, file)];
        return TryLoadFirst(candidates, out nint handle) ? handle : Library.Value;
    }

    private static nint Load()
    {
        string? given = Environment.GetEnvironmentVariable(PathVariable);
        string[] candidates = string.IsNullOrEmpty(given) ? [.. Candidates(FileName())] : [given];
        return TryLoadFirst(candidates, out nint handle)
            ? handle
            : throw new DllNotFoundException(
                "libvips, which decodes images, was not found or could not be loaded. Tried: "
                    + $"{string.Join(", ", candidates)}. "
                    + "Restore the npm packages in build/npm and build again, reference NetVips.Native, "
                    + "install the system's package (libvips42), "
                    + $"or name the file in the environment variable {PathVariable}."
            );
    }

    private static bool TryLoadFirst(string[] candidates, out nint handle)
    {
        handle = 0;
        foreach (string candidate in candidates)
        {
            // With the assembly, a bare name is also looked for where the host found the packages' native files.
            bool loaded = Path.IsPathRooted(candidate)
                ? NativeLibrary.TryLoad(candidate, out handle)
                : NativeLibrary.TryLoad(candidate, typeof(VipsLibrary).Assembly, searchPath: null, out handle);
            if (loaded)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Candidates(string file)
    {
        yield return Path.Combine(AppContext.BaseDirectory, file);
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", PortableRuntime(), "native", file);
        yield return file;
    }

    private static string FileName()
    {
        if (OperatingSystem.IsWindows())
        {
            return "libvips-42.dll";
        }

        return OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";
    }

    private static string PortableRuntime()
    {
        string system =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
