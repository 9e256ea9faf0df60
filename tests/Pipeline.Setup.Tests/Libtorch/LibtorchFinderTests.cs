using Pipeline.Core.Errors;
using Pipeline.Setup.Cli.Libtorch;
using Pipeline.Testing;

namespace Pipeline.Setup.Tests.Libtorch;

public sealed class LibtorchFinderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Find_NamedFolder_IsTakenBeforeAllOthers()
    {
        string named = FakeLibtorch.Write(folder, "named");
        FakeLibtorch.Write(folder, "cache/libtorch");

        LibtorchFolder? found = LibtorchFinder.Find(named, folder["cache"], NoPython);

        Assert.Equal(new LibtorchFolder(named, new Version(1, 13, 1), new Version(11, 7), HasCuda: true), found);
    }

    [Fact]
    public void Find_NamedFolderWithoutCuda_IsRefused()
    {
        string named = FakeLibtorch.Write(folder, "named", hasCuda: false);

        DeviceException error = Assert.Throws<DeviceException>(() => LibtorchFinder.Find(named, folder["cache"], NoPython));

        Assert.Equal($"LIBTORCH is '{named}', a libtorch 1.13.1 without CUDA: it has no lib/libtorch_cuda.so. Name a CUDA build, or unset LIBTORCH.", error.Message);
    }

    [Fact]
    public void Find_NamedFolderThatIsNone_IsRefused()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => LibtorchFinder.Find(folder["nothing"], folder["cache"], NoPython));

        Assert.StartsWith($"'{folder["nothing"]}' is no unpacked libtorch: it has no include/torch/csrc/api/include/torch/version.h or no lib/libtorch.so.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OldVersion_IsRefused()
    {
        string named = FakeLibtorch.Write(folder, "named", version: "1.12.1");

        DeviceException error = Assert.Throws<DeviceException>(() => LibtorchFinder.Find(named, folder["cache"], NoPython));

        Assert.Contains("is 1.12.1, expected 1.13 or newer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Cache_TakesTheOneWithCuda()
    {
        FakeLibtorch.Write(folder, "cache/z-cpu", hasCuda: false);
        string cached = FakeLibtorch.Write(folder, "cache/cuda");
        folder.Write("cache/other/readme.txt", "not a libtorch");

        Assert.Equal(cached, LibtorchFinder.Find(named: "", folder["cache"], NoPython)?.Path);
    }

    [Fact]
    public void Find_PythonsPackage_IsReadLikeAnArchive()
    {
        string python = FakeLibtorch.Write(folder, "site-packages/torch", "2.4.1", versionFile: "version.py", versionText: "__version__ = '2.4.1+cu121'\ncuda = '12.1'\n");

        LibtorchFolder? found = LibtorchFinder.Find(null, folder["cache"], () => python);

        Assert.Equal("2.4.1, CUDA 12.1, never tried (tested is 1.13)", found?.Describe());
    }

    [Theory]
    [InlineData(true)]    // Debian's package has no headers beside it
    [InlineData(false)]   // a CPU build
    public void Find_PythonsPackageThatDoesNotServe_IsNotFound(bool isEmpty)
    {
        string python = isEmpty ? folder["empty"] : FakeLibtorch.Write(folder, "torch", hasCuda: false);

        Assert.Null(LibtorchFinder.Find(null, folder["cache"], () => python));
    }

    private static string? NoPython() => null;
}
