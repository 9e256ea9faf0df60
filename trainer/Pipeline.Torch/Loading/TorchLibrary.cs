using System.Runtime.InteropServices;
using TorchSharp;

namespace Pipeline.Torch.Loading;

/// <summary>
/// Loads libtorch and TorchSharp's native library once per process: those of the packages, or another libtorch, such as
/// one with CUDA, from a folder.
/// </summary>
internal static class TorchLibrary
{
    /// <summary>
    /// Environment variable that names the folder of another libtorch, such as a Python installation's
    /// <c>torch/lib</c>.
    /// </summary>
    public const string PathVariable = "PIPELINE_TORCH";

    // In this order: each needs those before it. Missing ones with CUDA in their name mean a libtorch without CUDA.
    private static readonly string[] Parts =
    [
        "libc10.so",
        "libc10_cuda.so",
        "libtorch_cpu.so",
        "libtorch_cuda.so",
        "libtorch.so",
    ];

    private static readonly string CpuPart =
        OperatingSystem.IsWindows() ? "torch_cpu.dll"
        : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
        : "libtorch_cpu.so";

    // For which there is a package libtorch-cpu-<platform>
    private static readonly string[] Platforms = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    private static readonly Lock Loading = new();
    private static bool isLoaded;

    /// <summary>
    /// Loads the libtorch that <see cref="PathVariable"/> names, or that of the packages, unless one is loaded.
    /// </summary>
    /// <exception cref="DllNotFoundException">
    /// It cannot be loaded; the message says what was tried and what to do.
    /// </exception>
    public static void EnsureLoaded()
    {
        lock (Loading)
        {
            if (isLoaded)
            {
                return;
            }

            if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } folder)
            {
                LoadFolder(Path.GetFullPath(folder));
            }
            else if (Find(CpuPart) is null)
            {
                throw NotFound(CpuPart, Advice(RuntimeInformation.RuntimeIdentifier));
            }
            else if (OperatingSystem.IsLinux() && LibTorchSharpFile.NeedsMend())
            {
                LoadPackages();
            }

            // TorchSharp finds what is loaded by its name, and loads the packages' files where nothing is
            torch.InitializeDeviceType(DeviceType.CPU);
            isLoaded = true;
        }
    }

    private static void LoadPackages()
    {
        string torchSharp =
            Find(LibTorchSharpFile.Name) ?? throw NotFound(LibTorchSharpFile.Name, "Reference the package TorchSharp.");
        foreach (string part in Parts.Where(part => !part.Contains("cuda", StringComparison.Ordinal)))
        {
            NativeLibrary.Load(Find(part) ?? throw NotFound(part, Advice(RuntimeInformation.RuntimeIdentifier)));
        }

        LibTorchSharpFile.Load(torchSharp);
    }

    private static void LoadFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new DllNotFoundException(
                $"Another libtorch can be loaded on Linux only; '{folder}' was asked for. "
                    + $"Clear --torch and {PathVariable}."
            );
        }

        if (!File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
        {
            throw new DllNotFoundException(
                $"'{folder}' holds no libtorch_cpu.so. Name the folder of a libtorch's libraries, "
                    + "such as the one that 'python3 -c \"import torch; print(torch.__path__[0] + '/lib')\"' prints."
            );
        }

        foreach (string part in Parts.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            try
            {
                NativeLibrary.Load(part);
            }
            catch (DllNotFoundException error)
            {
                throw new DllNotFoundException(
                    $"'{part}' cannot be loaded: {error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
                        + "What it needs of NVIDIA must be on LD_LIBRARY_PATH.",
                    error
                );
            }
        }

        LibTorchSharpFile.Load(
            Find(LibTorchSharpFile.Name) ?? throw NotFound(LibTorchSharpFile.Name, "Reference the package TorchSharp.")
        );
    }

    private static DllNotFoundException NotFound(string file, string advice) =>
        new($"'{file}' is in none of the folders {string.Join(", ", Folders())}. {advice}");

    /// <summary>What to do where the packages' libtorch is not beside the program.</summary>
    /// <param name="platform">Runtime identifier, such as <c>linux-arm64</c>.</param>
    internal static string Advice(string platform) =>
        Platforms.Contains(platform, StringComparer.Ordinal)
            ? $"Reference the package libtorch-cpu-{platform}, or name the folder of a libtorch in {PathVariable}."
            : $"No package brings libtorch for {platform}: train on {string.Join(", ", Platforms)}. "
                + "The exported model scores here all the same.";

    /// <summary>A file where the host looks for the packages' natives.</summary>
    private static string? Find(string file) =>
        Folders().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Folders() =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Prepend(AppContext.BaseDirectory);
}
