using Pipeline.Core.Errors;

namespace Pipeline.Setup.Cli.Libtorch;

/// <summary>Looks for a libtorch with CUDA that is on this machine already.</summary>
internal static class LibtorchFinder
{
    /// <summary>Looks at the folder that the user names, in the cache, and at Python's package, in this order.</summary>
    /// <param name="named">The variable LIBTORCH; <c>null</c> or empty when it is not set. If it is, nothing else is looked at.</param>
    /// <param name="cache">Folder of unpacked archives.</param>
    /// <param name="pythonFolder">Finds the folder of Python's package <c>torch</c>; <c>null</c> when there is none.</param>
    /// <returns>The first one; <c>null</c> when there is none.</returns>
    /// <exception cref="DeviceException">The named folder has none with CUDA.</exception>
    internal static LibtorchFolder? Find(string? named, string cache, Func<string?> pythonFolder)
    {
        if (!string.IsNullOrEmpty(named))
        {
            LibtorchFolder given = LibtorchFolder.Read(named);
            return given.HasCuda ? given : throw new DeviceException($"LIBTORCH is '{named}', a libtorch {given.Version} without CUDA: it has no lib/libtorch_cuda.so. Name a CUDA build, or unset LIBTORCH.") { Subject = named };
        }

        IEnumerable<string> cached = Directory.Exists(cache) ? Directory.EnumerateDirectories(cache).Order(StringComparer.Ordinal).Reverse() : [];
        return cached.Concat(Python()).Where(LibtorchFolder.IsOne).Select(LibtorchFolder.Read).FirstOrDefault(folder => folder.HasCuda);

        IEnumerable<string> Python()
        {
            if (pythonFolder() is string folder)
            {
                yield return folder;
            }
        }
    }
}
