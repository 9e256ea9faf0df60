using Pipeline.Torch;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.PipelineTorch;

public sealed class HostMemoryTests : TorchTest
{
    [Fact]
    public void ToTensorAndCopyTo_PartOfABuffer_RoundTrips()
    {
        byte[] rented = [1, 2, 3, 4, 5, 6, 99];
        byte[] back = new byte[6];

        using Tensor images = HostMemory.ToTensor<byte>(rented.AsSpan(0, 6), 1, 2, 3);
        HostMemory.CopyTo<byte>(images, back);

        Assert.Equal([1, 2, 3], images.shape);
        Assert.Equal(rented[..6], back);
    }

    [Fact]
    public void CopyTo_OtherLengthOrType_IsRefused()
    {
        using Tensor x = zeros(3);

        Assert.Throws<ArgumentException>(() => HostMemory.CopyTo<float>(x, new float[2]));
        Assert.Throws<ArgumentException>(() => HostMemory.CopyTo<int>(x, new int[3]));
    }
}
