using Pipeline.Setup.Cli.Machine;

namespace Pipeline.Setup.Tests.Machine;

public sealed class NvidiaDriverTests
{
    private const string Library = "/usr/lib/libcuda.so.1";

    [Fact]
    public void Find_TwoGpus_ListsThem()
    {
        NvidiaDriver driver = Find(Library, ["NVIDIA A10G, 535.104.05", "Tesla T4, 535.104.05"]);

        Assert.Equal(["NVIDIA A10G", "Tesla T4"], driver.Gpus);
        Assert.Equal("535.104.5, /usr/lib/libcuda.so.1; NVIDIA A10G, Tesla T4", driver.Describe());
    }

    [Fact]
    public void Describe_NoDriver_SaysWhereItComesFrom() =>
        Assert.Equal("not found: the loader knows no libcuda.so.1. It comes with NVIDIA's driver, https://www.nvidia.com/drivers", Find(null, null).Describe());

    [Fact]
    public void Find_ToolThatFails_ListsNoGpu() =>
        Assert.Empty(Find(Library, ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."]).Gpus);

    [Theory]
    [InlineData(11, "535.104.05", null)]
    [InlineData(12, "525.60.13", null)]
    [InlineData(12, "525.60.12", "CUDA 12 needs driver 525 or newer, this one is 525.60.12")]
    [InlineData(13, "535.104.05", "CUDA 13 needs driver 580 or newer, this one is 535.104.5")]
    [InlineData(13, "580.65.06", null)]
    [InlineData(14, "580.65.06", null)]   // of no known rule: the device decides
    public void Obstacle_OfACuda_FollowsNvidiasTable(int cuda, string version, string? expected) =>
        Assert.Equal(expected, Find(Library, [$"Tesla T4, {version}"]).Obstacle(cuda));

    [Fact]
    public void Obstacle_WithoutDriverOrGpu_SaysSo()
    {
        Assert.Equal("there is no driver", Find(null, null).Obstacle(11));
        Assert.Equal("the driver sees no GPU", Find(Library, []).Obstacle(11));
    }

    private static NvidiaDriver Find(string? library, string[]? answer) => NvidiaDriver.Find(name => name == "libcuda.so.1" ? library : throw new InvalidOperationException(name), () => answer);
}
