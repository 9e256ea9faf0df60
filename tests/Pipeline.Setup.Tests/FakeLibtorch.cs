using System.IO.Compression;
using Pipeline.Testing;

namespace Pipeline.Setup.Tests;

/// <summary>Folders and archives that look like libtorch's: the files that are looked at, without any code.</summary>
internal static class FakeLibtorch
{
    /// <summary>Makes a folder.</summary>
    /// <returns>Its path.</returns>
    internal static string Write(TemporaryFolder folder, string name, string version = "1.13.1", bool hasCuda = true, string versionFile = "build-version", string versionText = "1.13.1+cu117\n")
    {
        string[] parts = version.Split('.');
        folder.Write($"{name}/include/torch/csrc/api/include/torch/version.h", $"#pragma once\n#define TORCH_VERSION_MAJOR {parts[0]}\n#define TORCH_VERSION_MINOR {parts[1]}\n#define TORCH_VERSION_PATCH {parts[2]}\n");
        folder.Write($"{name}/lib/libtorch.so", "fake");
        folder.Write($"{name}/{versionFile}", versionText);
        if (hasCuda)
        {
            folder.Write($"{name}/lib/libtorch_cuda.so", "fake");
        }

        return folder[name];
    }

    /// <summary>An archive as upstream makes them: one folder, <c>libtorch</c>.</summary>
    internal static byte[] Archive(TemporaryFolder folder, bool hasCuda = true)
    {
        Write(folder, "archive/libtorch", hasCuda: hasCuda);
        ZipFile.CreateFromDirectory(folder["archive"], folder["made.zip"]);
        byte[] bytes = File.ReadAllBytes(folder["made.zip"]);
        Directory.Delete(folder["archive"], recursive: true);
        File.Delete(folder["made.zip"]);
        return bytes;
    }
}
