using TorchSharp.Interop;
using TorchSharp.Tests.Support;

namespace TorchSharp.Tests.Interop;

[Trait("Kind", "Contract")]
public sealed unsafe class RawLayerTests : TorchTest
{
    [Fact]
    public void TensorFromMemory_NullData_IsANullArgument()
    {
        long size = 2;

        int status = NativeTensors.pt_tensor_from_memory(null, 8, &size, 1, (int)torch.float32, out TensorHandle handle);

        Assert.Equal(Status.NullArgument, status);
        Assert.True(handle.IsInvalid);
        handle.Dispose();
    }

    [Theory]
    [InlineData(-8, 1)]   // negative byte count
    [InlineData(8, -1)]   // negative number of dimensions
    [InlineData(7, 1)]    // not the tensor's size
    public void TensorFromMemory_BadLength_IsOutOfRange(long sizeBytes, int dimensions)
    {
        long size = 2;
        double memory = 0;

        int status = NativeTensors.pt_tensor_from_memory(&memory, sizeBytes, &size, dimensions, (int)torch.float32, out TensorHandle handle);

        Assert.Equal(Status.OutOfRange, status);
        handle.Dispose();
    }

    [Fact]
    public void TensorFromMemory_NegativeSize_IsRefusedByLibtorch()
    {
        long size = -2;
        double memory = 0;

        int status = NativeTensors.pt_tensor_from_memory(&memory, 8, &size, 1, (int)torch.float32, out TensorHandle handle);

        Assert.Equal(Status.TorchError, status);
        handle.Dispose();
    }

    [Fact]
    public void TensorFromMemory_UnknownDtype_IsOutOfRange()
    {
        long size = 2;
        double memory = 0;

        int status = NativeTensors.pt_tensor_from_memory(&memory, 8, &size, 1, 999, out TensorHandle handle);

        Assert.Equal(Status.OutOfRange, status);
        handle.Dispose();
    }

    [Fact]
    public void TensorFree_SecondTime_IsAnInvalidHandle()
    {
        ulong handle = NewHandle();
        ulong copy = handle;

        Assert.Equal(Status.Ok, NativeTensors.pt_tensor_free(ref handle));
        Assert.Equal(0UL, handle);
        Assert.Equal(Status.Ok, NativeTensors.pt_tensor_free(ref handle));   // 0 is no tensor
        Assert.Equal(Status.InvalidHandle, NativeTensors.pt_tensor_free(ref copy));
    }

    [Fact]
    public void StaleHandle_AfterItsSlotIsReused_IsStillInvalid()
    {
        ulong stale = NewHandle();
        ulong released = stale;
        NativeTensors.pt_tensor_free(ref released);
        ulong tenant = NewHandle();

        ulong again = stale;
        Assert.Equal(Status.InvalidHandle, NativeTensors.pt_tensor_free(ref again));

        Assert.Equal(Status.Ok, NativeTensors.pt_tensor_free(ref tenant));
    }

    [Fact]
    public void TensorFree_InventedHandle_IsAnInvalidHandle()
    {
        ulong invented = 0xdeadbeefcafe;

        Assert.Equal(Status.InvalidHandle, NativeTensors.pt_tensor_free(ref invented));
    }

    [Fact]
    public void OperatorFind_UnknownName_SaysWhichOne()
    {
        TorchException error = Assert.Throws<TorchException>(() => OperatorTable.Find("no_such_operator.overload"));

        Assert.Equal(Status.UnknownOperator, error.Status);
        Assert.Contains("aten::no_such_operator.overload", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8191)]
    [InlineData(int.MaxValue)]
    public void OperatorCall_UnknownHandle_IsAnInvalidHandle(int handle) =>
        Assert.Equal(Status.InvalidHandle, NativeOperators.pt_operator_call(handle, null, 0, null, 0, out _));

    [Fact]
    public void OperatorCall_NegativeCount_IsOutOfRange() =>
        Assert.Equal(Status.OutOfRange, NativeOperators.pt_operator_call(OperatorTable.Find("relu"), null, -1, null, 0, out _));

    [Fact]
    public void OperatorCall_NullArguments_IsANullArgument() =>
        Assert.Equal(Status.NullArgument, NativeOperators.pt_operator_call(OperatorTable.Find("relu"), null, 1, null, 0, out _));

    [Fact]
    public void OperatorCall_UnknownTag_IsOutOfRange()
    {
        NativeValue argument = new() { Tag = (ValueTag)99 };

        Assert.Equal(Status.OutOfRange, NativeOperators.pt_operator_call(OperatorTable.Find("relu"), &argument, 1, null, 0, out _));
    }

    [Fact]
    public void OperatorCall_MissingRequiredArgument_IsOutOfRange() =>
        Assert.Equal(Status.OutOfRange, NativeOperators.pt_operator_call(OperatorTable.Find("relu"), null, 0, null, 0, out _));

    [Fact]
    public void OperatorCall_MoreResultsThanRoom_KeepsNone()
    {
        using torch.Tensor source = torch.zeros(4);

        TorchException error = Assert.Throws<TorchException>(() => Aten.CallMany("unbind.int", 3, source, 0L));

        Assert.Equal(Status.Capacity, error.Status);
    }

    [Fact]
    public void InferenceModePop_WithoutPush_IsOutOfRange() => Assert.Equal(Status.OutOfRange, NativeAutograd.pt_inference_mode_pop());

    [Fact]
    public void AutocastSet_FullPrecisionType_IsOutOfRange() => Assert.Equal(Status.OutOfRange, NativeAutograd.pt_autocast_set(0, true, (int)torch.float32));

    private static ulong NewHandle()
    {
        NativeValue result;
        OperatorCall.Invoke("zeros", [new long[] { 2 }], &result, 1);
        return result.Tensor;
    }
}
