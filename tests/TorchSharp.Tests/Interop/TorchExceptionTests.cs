using TorchSharp.Interop;
using TorchSharp.Tests.Support;

namespace TorchSharp.Tests.Interop;

public sealed class TorchExceptionTests : TorchTest
{
    [Fact]
    public void Call_ShapesDoNotFit_NamesTheOperatorAndTheReason()
    {
        using torch.Tensor images = torch.zeros(1, 3, 4, 4);
        using torch.Tensor filters = torch.zeros(2, 5, 3, 3);

        TorchException error = Assert.Throws<TorchException>(() => torch.nn.functional.conv2d(images, filters));

        Assert.Equal("aten::conv2d", error.Operator);
        Assert.Contains("expected input", error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Call_DisposedTensor_IsAnObjectDisposedException()
    {
        torch.Tensor tensor = torch.zeros(2);
        tensor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tensor.relu());
    }

    [Fact]
    public void Call_DisposedTensorAmongOthers_ReleasesTheOthers()
    {
        using torch.Tensor alive = torch.zeros(2);
        torch.Tensor disposed = torch.zeros(2);
        disposed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => torch.cat([alive, disposed]));
    }

    [Theory]
    [InlineData("bad shape\nException raised from conv at x.cpp:1\nframe #0: f", "bad shape")]
    [InlineData("  first \n second\n", "first second")]
    [InlineData("", "no reason was given")]
    public void FirstMeaningfulLines_OfAText_LeaveOutTheBacktrace(string text, string expected) => Assert.Equal(expected, Status.FirstMeaningfulLines(text));
}
