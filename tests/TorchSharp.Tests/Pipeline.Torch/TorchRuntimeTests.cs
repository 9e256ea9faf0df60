using Pipeline.Torch;
using TorchSharp.Tests.Support;

namespace TorchSharp.Tests.PipelineTorch;

public sealed class TorchRuntimeTests : TorchTest
{
    [Fact]
    public void Descriptions_OfTheLoadedLibrary_AreFilledIn()
    {
        Assert.Matches(@"^\d+\.\d+", TorchRuntime.Version);
        Assert.NotEmpty(TorchRuntime.BuildConfiguration);
        Assert.Contains("thread", TorchRuntime.ThreadDescription, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(TorchRuntime.BlasDescription);
    }

    [Fact]
    public void ConfigureThreads_Two_IsReadBack()
    {
        TorchRuntime.ConfigureThreads(2);
        int set = torch.get_num_threads();
        TorchRuntime.ConfigureThreads(1);

        Assert.Equal(2, set);
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.ConfigureThreads(0));
    }

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", BlasKind.Reference)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", BlasKind.OpenBlas)]
    [InlineData("/opt/torch/lib/libopenblas.so.0", BlasKind.OpenBlas)]
    [InlineData("/opt/intel/libmkl_core.so.2", BlasKind.Mkl)]
    [InlineData("/usr/lib/atlas/libblas.so.3", BlasKind.Other)]
    [InlineData("/usr/lib/libm.so.6", BlasKind.Unknown)]
    public void Find_MappedFile_IsToldByItsPath(string path, object kind)
    {
        LoadedBlas found = LoadedBlas.Find([$"7f0000000000-7f0000001000 r-xp 00000000 08:01 123 {path}", "7ffc0000-7ffd0000 rw-p 00000000 00:00 0 [stack]"]);

        Assert.Equal((BlasKind)kind, found.Kind);
    }

    [Fact]
    public void Find_ReferenceBesideOpenBlas_PrefersOpenBlas()
    {
        LoadedBlas found = LoadedBlas.Find(["a r-xp 0 0 1 /usr/lib/blas/libblas.so.3", "b r-xp 0 0 2 /usr/lib/libopenblas.so.0"]);

        Assert.Equal(BlasKind.OpenBlas, found.Kind);
    }
}
