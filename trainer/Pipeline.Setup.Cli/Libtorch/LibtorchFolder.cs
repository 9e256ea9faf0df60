using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core.Errors;

namespace Pipeline.Setup.Cli.Libtorch;

/// <summary>An unpacked libtorch: the official archive's folder, or the one of a Python package, which has the same layout.</summary>
/// <param name="Path">The folder that holds <c>include</c> and <c>lib</c>, absolute.</param>
/// <param name="Version">Version of libtorch, such as 1.13.1.</param>
/// <param name="Cuda">Version of CUDA that it was built with, such as 11.7; <c>null</c> when its files do not say.</param>
/// <param name="HasCuda">Whether it computes with CUDA at all.</param>
internal sealed partial record LibtorchFolder(string Path, Version Version, Version? Cuda, bool HasCuda)
{
    private const string VersionHeader = "include/torch/csrc/api/include/torch/version.h";

    /// <summary>The version that this repository was built and tested with, and the oldest that its source fits.</summary>
    private static readonly Version Tested = new(1, 13), Oldest = new(1, 13);

    /// <summary>Where "1.13.1+cu117" stands: in the archive, and in a Python package.</summary>
    private static readonly string[] VersionFiles = ["build-version", "version.py"];

    /// <summary>Whether a folder looks like one.</summary>
    internal static bool IsOne(string folder) => File.Exists(System.IO.Path.Combine(folder, VersionHeader)) && File.Exists(System.IO.Path.Combine(folder, "lib", "libtorch.so"));

    /// <summary>Reads what a folder holds.</summary>
    /// <exception cref="DeviceException">It is no libtorch, or too old.</exception>
    internal static LibtorchFolder Read(string folder)
    {
        string path = System.IO.Path.GetFullPath(folder);
        if (!IsOne(path))
        {
            throw new DeviceException($"'{path}' is no unpacked libtorch: it has no {VersionHeader} or no lib/libtorch.so. Name the folder that holds 'include' and 'lib', or unset LIBTORCH.") { Subject = path };
        }

        string header = File.ReadAllText(System.IO.Path.Combine(path, VersionHeader));
        Version version = new(Number(header, "MAJOR"), Number(header, "MINOR"), Number(header, "PATCH"));
        return version >= Oldest
            ? new LibtorchFolder(path, version, CudaVersion(path), File.Exists(CudaLibrary(path)))
            : throw new DeviceException($"The libtorch in '{path}' is {version}, expected {Oldest} or newer. Unpack a newer one, or unset LIBTORCH.") { Subject = path, Found = version.ToString() };
    }

    /// <summary>The library that a CPU build lacks.</summary>
    internal static string CudaLibrary(string folder) => System.IO.Path.Combine(folder, "lib", "libtorch_cuda.so");

    /// <summary>In one phrase; versions that were never tried are said to be so.</summary>
    internal string Describe() => $"{Version}, {(HasCuda ? $"CUDA {Cuda?.ToString() ?? "of an unknown version"}" : "without CUDA")}{((Version.Major, Version.Minor) == (Tested.Major, Tested.Minor) ? string.Empty : $", never tried (tested is {Tested})")}";

    private static int Number(string header, string name) =>
        Regex.Match(header, $@"#define\s+TORCH_VERSION_{name}\s+(\d+)") is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static Version? CudaVersion(string path) => VersionFiles
        .Select(name => System.IO.Path.Combine(path, name))
        .Where(File.Exists)
        .Select(file => CudaSuffix().Match(File.ReadAllText(file)))
        .FirstOrDefault(match => match.Success) is Match found ? Version.Parse($"{found.Groups[1].Value}.{found.Groups[2].Value}") : null;

    [GeneratedRegex(@"\+cu(\d\d)(\d)\b")]
    private static partial Regex CudaSuffix();
}
