using Pipeline.Testing;
using Pipeline.Torch.Loading;

namespace Pipeline.Trainer.Tests.Torch;

/// <summary>TorchSharp's native library where the system's libstdc++ is older than it wants.</summary>
public sealed class LibTorchSharpFileTests
{
    private static string PackageFile =>
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", LibTorchSharpFile.Name);

    [Fact]
    public void Mended_FileOfThePackage_DiffersInOneBit()
    {
        byte[] original = File.ReadAllBytes(PackageFile);

        byte[] mended = LibTorchSharpFile.Mended(PackageFile);

        int at = Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != mended[i]);
        Assert.Equal(VersionNeed.Weak, original[at] ^ mended[at]);
        Assert.Equal(original, File.ReadAllBytes(PackageFile)); // it may be a hard link into the package cache
    }

    [Fact]
    public void Mended_AnotherFile_IsRefusedByItsHash()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(PackageFile);
        bytes[^1] ^= 1;
        folder.Write(LibTorchSharpFile.Name, bytes);

        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() =>
        {
            LibTorchSharpFile.Mended(folder[LibTorchSharpFile.Name]);
        });

        Assert.Contains(
            "needs GLIBCXX_3.4.32 of libstdc++, which this system's lacks",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(LibTorchSharpFile.KnownHash, error.Message, StringComparison.Ordinal);
        Assert.Contains("Take TorchSharp 0.107.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weaken_VersionThatIsNotDemanded_ChangesNothing()
    {
        byte[] bytes = File.ReadAllBytes(PackageFile);

        Assert.Equal(0, VersionNeed.Weaken(bytes, "GLIBCXX_9.9.99"));
        Assert.Equal(File.ReadAllBytes(PackageFile), bytes);
    }

    [Fact]
    public void EnsureLoaded_AnySystem_LeavesNoCopyBehind()
    {
        TorchLibrary.EnsureLoaded();

        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"{LibTorchSharpFile.Name}.*"));
    }

    [Theory]
    [InlineData(
        "linux-x64",
        "Reference the package libtorch-cpu-linux-x64, or name the folder of a libtorch in PIPELINE_TORCH."
    )]
    [InlineData(
        "linux-arm64",
        "No package brings libtorch for linux-arm64: train on linux-x64, win-x64, win-arm64, osx-arm64. "
            + "The exported model scores here all the same."
    )]
    [InlineData(
        "osx-x64",
        "No package brings libtorch for osx-x64: train on linux-x64, win-x64, win-arm64, osx-arm64. "
            + "The exported model scores here all the same."
    )]
    public void Advice_WithoutLibtorch_SaysWhatThePlatformCanDo(string platform, string expected) =>
        Assert.Equal(expected, TorchLibrary.Advice(platform));
}
