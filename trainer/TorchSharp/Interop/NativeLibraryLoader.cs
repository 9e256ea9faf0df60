using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Finds <c>libpipeline_torch</c>, loads it and checks that it speaks this assembly's version of the C interface.</summary>
internal static unsafe class NativeLibraryLoader
{
    internal const string LibraryName = "pipeline_torch";

    /// <summary>The version of <c>pipeline_torch.h</c> that the declarations in this folder were written for.</summary>
    internal const int ExpectedAbiVersion = 1;

    private const string PathVariable = "PIPELINE_TORCH";

#pragma warning disable CA2255 // The resolver must be in place before the first native call, whichever type makes it.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != LibraryName)
        {
            return 0;
        }

        return Load(CandidatePaths(Environment.GetEnvironmentVariable(PathVariable), Path.GetDirectoryName(assembly.Location), AppContext.BaseDirectory));
    }

    /// <summary>Loads the first candidate that exists. One that exists but does not load is an error, never a reason to try the next.</summary>
    internal static nint Load(IReadOnlyList<string> candidates)
    {
        string? path = candidates.FirstOrDefault(File.Exists);
        if (path is null)
        {
            throw new DllNotFoundException(
                $"The native library {FileName} was not found. Tried: {string.Join(", ", candidates)}. "
                + $"Build it with ./build.sh, or name the file in the environment variable {PathVariable}.");
        }

        nint library = LoadFile(path);
        CheckAbiVersion(((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "pt_abi_version"))(), path);
        return library;
    }

    /// <summary>Every place to look, in order: the variable alone if it is set, else beside the assembly, else the build cache above the program.</summary>
    internal static IReadOnlyList<string> CandidatePaths(string? fromVariable, string? assemblyDirectory, string baseDirectory)
    {
        if (!string.IsNullOrEmpty(fromVariable))
        {
            return [Path.GetFullPath(fromVariable)];
        }

        List<string> paths = [Path.Combine(string.IsNullOrEmpty(assemblyDirectory) ? baseDirectory : assemblyDirectory, FileName)];
        for (DirectoryInfo? folder = new(baseDirectory); folder is not null; folder = folder.Parent)
        {
            paths.Add(Path.Combine(folder.FullName, "artifacts", "cache", "native", FileName));
        }

        return paths;
    }

    /// <exception cref="DllNotFoundException">The two versions differ.</exception>
    internal static void CheckAbiVersion(int found, string path)
    {
        if (found != ExpectedAbiVersion)
        {
            throw new DllNotFoundException(
                $"The native library '{path}' has interface version {found}, this assembly needs {ExpectedAbiVersion}. Build both from the same commit: ./build.sh.");
        }
    }

    private static string FileName => OperatingSystem.IsWindows() ? "pipeline_torch.dll" : OperatingSystem.IsMacOS() ? "libpipeline_torch.dylib" : "libpipeline_torch.so";

    private static nint LoadFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException missing)
        {
            throw new DllNotFoundException(
                $"The native library '{path}' exists but cannot be loaded: {missing.Message} Is libtorch installed? ./build.sh installs and builds what is missing.", missing);
        }
    }
}
