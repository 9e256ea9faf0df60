using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pipeline.Torch.Loading;

/// <summary>
/// TorchSharp's native library on Linux, and what it takes to load it where the system's libstdc++ is older than the
/// compiler that made it (Debian 12).
/// </summary>
/// <remarks>
/// The file demands symbol version <c>GLIBCXX_3.4.32</c>, whose only symbol no relocation of it uses. A copy with that
/// one demand made weak loads and runs. The copy exists only while it is being loaded; the file in the package, which
/// may be a hard link into the package cache, is never written.
/// </remarks>
internal static class LibTorchSharpFile
{
    internal const string Name = "libLibTorchSharp.so";

    /// <summary>
    /// SHA-256 of the file in TorchSharp 0.107.0 for linux-x64, the only one that the copy was proven with.
    /// </summary>
    internal const string KnownHash = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";

    internal const string WantedVersion = "GLIBCXX_3.4.32";

    // std::ios_base_library_init(), the one symbol of that version
    private const string WantedSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>Whether the system's libstdc++ is too old for the file as it is.</summary>
    internal static bool NeedsMend() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && !NativeLibrary.TryGetExport(library, WantedSymbol, out _);

    /// <summary>The bytes of the file with the one demand made weak.</summary>
    /// <param name="path">The file of the package.</param>
    /// <exception cref="DllNotFoundException">It is another file than the known one.</exception>
    internal static byte[] Mended(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != KnownHash || VersionNeed.Weaken(bytes, WantedVersion) != 1)
        {
            throw new DllNotFoundException(
                $"'{path}' needs {WantedVersion} of libstdc++, which this system's lacks, and it is not the file of "
                    + $"TorchSharp 0.107.0 that can be used all the same: SHA-256 {hash}, expected {KnownHash}. Take "
                    + "TorchSharp 0.107.0, or a system with GCC 13's libstdc++ or newer (Ubuntu 24.04, Debian 13)."
            );
        }

        return bytes;
    }

    /// <summary>Loads the file, or a mended copy of it; what it needs of libtorch must be loaded before.</summary>
    /// <param name="path">The file of the package.</param>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says why and what to do.</exception>
    internal static void Load(string path)
    {
        if (!NeedsMend())
        {
            NativeLibrary.Load(path);
            return;
        }

        byte[] bytes = Mended(path);
        string copy = Path.Combine(Path.GetTempPath(), $"{Name}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(copy, bytes);
            NativeLibrary.Load(copy);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            throw new DllNotFoundException(
                $"The copy of '{path}' for this system's older libstdc++ could not be loaded from '{copy}': "
                    + $"{error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
                    + "Name a folder that can be written and "
                    + "holds programs in TMPDIR.",
                error
            );
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
