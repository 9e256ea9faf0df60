using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Scopes;

public sealed class ModeTests : TorchTest
{
    [Fact]
    public void NoGrad_Nested_RestoresWhatWasBefore()
    {
        using Tensor x = ones(1, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad())
            {
                Assert.True(is_grad_enabled());
            }

            using Tensor y = x * 2;
            Assert.False(y.requires_grad);
        }

        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void NoGrad_OnOneThread_LeavesOthersAlone()
    {
        bool elsewhere = false;
        using IDisposable unrecorded = no_grad();

        Thread thread = new(() => elsewhere = is_grad_enabled());
        thread.Start();
        thread.Join();

        Assert.True(elsewhere);
    }

    [Fact]
    public void InferenceMode_ResultOfIt_CannotBeRecorded()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(1);
        Tensor y;
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            using (inference_mode(false))
            {
                Assert.False(is_inference_mode_enabled());
            }

            y = x * 2;
        }

        Assert.False(is_inference_mode_enabled());
        Assert.True(is_grad_enabled());
        Assert.Throws<TorchException>(() => y.requires_grad_());
    }

    [Fact]
    public void Mode_DisposedTwice_IsLeftOnce()
    {
        IDisposable mode = inference_mode();
        mode.Dispose();
        mode.Dispose();

        Assert.False(is_inference_mode_enabled());
    }
}
