using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Core.Tests.Tensors;

public sealed class ElementTypeExtensionsTests
{
    [Fact]
    public void ToFloat32_Half_IsExact()
    {
        // 1, -2, the smallest subnormal 2^-24, the largest 65504, infinity
        byte[] bytes = [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0xFF, 0x7B, 0x00, 0x7C];

        TensorData tensor = new TensorData("a", TensorElementType.Float16, [5], bytes).ToFloat32();

        Assert.Equal([1f, -2f, 1f / (1 << 24), 65504f, float.PositiveInfinity], tensor.AsFloat32().ToArray());
    }

    [Fact]
    public void ToFloat32_BFloat16_IsTheUpperHalf()
    {
        TensorData tensor = new TensorData(
            "a",
            TensorElementType.BFloat16,
            [2],
            new byte[] { 0x80, 0x3F, 0x49, 0xC0 }
        ).ToFloat32();

        Assert.Equal([1f, -3.140625f], tensor.AsFloat32().ToArray());
    }

    [Fact]
    public void ToFloat32_Double_IsRounded()
    {
        TensorData tensor = new TensorData(
            "a",
            TensorElementType.Float64,
            [1, 1],
            BitConverter.GetBytes(0.1)
        ).ToFloat32();

        Assert.Equal([0.1f], tensor.AsFloat32().ToArray());
        Assert.Equal([1L, 1], tensor.Shape);
    }

    [Fact]
    public void ToFloat32_Floats_AreNotCopied()
    {
        TensorData tensor = TensorData.FromFloat32("a", [1], [1f]);

        Assert.Same(tensor, tensor.ToFloat32());
    }

    [Fact]
    public void ToFloat32_Integers_AreRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => TensorData.FromInt64("count", [1], [1]).ToFloat32());

        Assert.Equal("Tensor 'count' holds Int64, expected a floating-point type.", error.Message);
    }

    [Fact]
    public void Named_OtherName_SharesTheBytes()
    {
        TensorData tensor = TensorData.FromFloat32("a", [2], [1f, 2f]);

        TensorData renamed = tensor.Named("b");

        Assert.Equal("b", renamed.Name);
        Assert.True(tensor.Bytes.Equals(renamed.Bytes));
    }
}
