using Pipeline.Torch;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.PipelineTorch;

public sealed class AutocastTests : TorchTest
{
    [Fact]
    public void Autocast_InsideAndOutside_ChangesTheTypeOfAConvolution()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(1, 3, 8, 8);
        Tensor w = randn(4, 3, 3, 3);

        using (new Autocast(DeviceType.CPU))
        {
            Assert.True(Autocast.IsEnabled(DeviceType.CPU));
            Assert.Equal(bfloat16, nn.functional.conv2d(x, w).dtype);
            using (new Autocast(DeviceType.CPU, enabled: false))
            {
                Assert.Equal(float32, nn.functional.conv2d(x, w).dtype);
            }

            Assert.Equal(bfloat16, nn.functional.conv2d(x, w).dtype);
        }

        Assert.False(Autocast.IsEnabled(DeviceType.CPU));
        Assert.Equal(float32, nn.functional.conv2d(x, w).dtype);
    }

    [Fact]
    public void Autocast_TrainingStep_GivesFloat32Gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(2, 3, 8, 8);
        TorchSharp.Modules.Parameter w = new(randn(4, 3, 3, 3));
        Tensor loss;
        using (new Autocast(DeviceType.CPU))
        {
            loss = nn.functional.conv2d(x, w).relu().clamp_max(6).mean([2, 3]).logsumexp(1).mean();
        }

        loss.backward();

        Assert.Equal(float32, w.grad!.dtype);
        Assert.True(w.grad.isfinite().all().ToBoolean());
    }

    [Fact]
    public void Autocast_UnknownDeviceOrType_IsRefused()
    {
        Assert.Throws<TorchException>(() => Autocast.IsEnabled(DeviceType.META));
        Assert.Throws<TorchException>(() => { using Autocast scope = new(DeviceType.CPU, float32); });
    }
}
