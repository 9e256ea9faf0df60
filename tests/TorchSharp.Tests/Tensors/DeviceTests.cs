using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class DeviceTests : TorchTest
{
    [Theory]
    [InlineData("cpu", DeviceType.CPU, -1)]
    [InlineData("cuda", DeviceType.CUDA, -1)]
    [InlineData("cuda:3", DeviceType.CUDA, 3)]
    public void Device_Description_RoundTrips(string description, DeviceType type, int index)
    {
        Device parsed = new(description);

        Assert.Equal(type, parsed.type);
        Assert.Equal(index, parsed.index);
        Assert.Equal(description, parsed.ToString());
        Assert.Equal(new Device(type, index), parsed);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    public void Device_UnknownDescription_IsRefused(string description) => Assert.Throws<ArgumentException>(() => new Device(description));

    [Fact]
    public void Device_OfATensor_IsTheCpu()
    {
        using Tensor x = zeros(1, device: CPU);

        Assert.Equal(CPU, x.device);
        Assert.False(x.is_cuda);
        Assert.True(x.is_cpu());
    }

    [Fact]
    public void To_CudaWithoutOne_SaysSo()
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has a CUDA device");
        using Tensor x = zeros(1);

        TorchException error = Assert.Throws<TorchException>(() => x.cuda());

        Assert.Contains("CUDA", error.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Threads_Set_AreReadBack()
    {
        int before = get_num_threads();

        set_num_threads(2);
        int set = get_num_threads();
        set_num_threads(before);

        Assert.Equal(2, set);
        Assert.True(get_num_interop_threads() >= 1);
        Assert.Throws<TorchException>(() => set_num_threads(0));
    }
}
