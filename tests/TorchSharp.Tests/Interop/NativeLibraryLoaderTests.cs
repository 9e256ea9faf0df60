using TorchSharp.Interop;

namespace TorchSharp.Tests.Interop;

[Trait("Kind", "Contract")]
public sealed class NativeLibraryLoaderTests
{
    [Fact]
    public void Load_NoCandidateExists_NamesEveryPathAndTheBuildCommand()
    {
        IReadOnlyList<string> candidates = NativeLibraryLoader.CandidatePaths(null, "/nowhere/beside", "/nowhere/program");

        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => NativeLibraryLoader.Load(candidates));

        Assert.All(candidates, path => Assert.Contains(path, error.Message, StringComparison.Ordinal));
        Assert.Contains("./build.sh", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CandidatePaths_VariableIsSet_AreThatPathAlone() =>
        Assert.Equal(["/some/libpipeline_torch.so"], NativeLibraryLoader.CandidatePaths("/some/libpipeline_torch.so", "/beside", "/program"));

    [Fact]
    public void CandidatePaths_VariableIsNotSet_WalkUpToTheRoot()
    {
        IReadOnlyList<string> candidates = NativeLibraryLoader.CandidatePaths(null, "/beside", "/a/b");

        Assert.Equal("/beside/libpipeline_torch.so", candidates[0]);
        Assert.Equal(
            ["/a/b/artifacts/cache/native/libpipeline_torch.so", "/a/artifacts/cache/native/libpipeline_torch.so", "/artifacts/cache/native/libpipeline_torch.so"],
            candidates.Skip(1));
    }

    [Fact]
    public void Load_FileIsNotALibrary_NamesTheFile()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", "torch", "optimizer_trajectories.json");

        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => NativeLibraryLoader.Load([path]));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckAbiVersion_Differs_NamesBothVersions()
    {
        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => NativeLibraryLoader.CheckAbiVersion(77, "/x.so"));

        Assert.Contains("77", error.Message, StringComparison.Ordinal);
        Assert.Contains("./build.sh", error.Message, StringComparison.Ordinal);
    }
}
