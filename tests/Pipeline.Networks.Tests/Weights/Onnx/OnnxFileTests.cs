using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Onnx;

namespace Pipeline.Networks.Tests.Weights.Onnx;

/// <summary>Models that onnx 1.12 wrote (tests/data/weights/make_onnx.py).</summary>
public sealed class OnnxFileTests
{
    [Fact]
    public void Read_RawAndTypedFields_GiveTheValues()
    {
        WeightSet tensors = WeightsFile.Read(WeightsData.Path("initializers.onnx")).Tensors;

        Assert.Equal(["double.fields", "fields", "half.fields", "half.raw", "int64", "raw"], tensors.Names);
        Assert.All(
            new[] { ("raw", 0), ("fields", 1), ("half.raw", 2), ("half.fields", 3), ("double.fields", 4) },
            item => Assert.Equal(WeightsData.Ramp(12, item.Item2), WeightsData.Values(tensors[item.Item1]))
        );
        Assert.Equal([3L, -1], tensors["int64"].AsInt64().ToArray());
        Assert.Equal([4L, 3], tensors["raw"].Shape);
    }

    [Fact]
    public void Read_ExternalData_SaysWhatToDo()
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsFile.Read(WeightsData.Path("external.onnx"))
        );

        Assert.Contains("initializer 'elsewhere' is kept in another file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no model at all")]
    public void Read_NoModel_IsRefused(string text)
    {
        Assert.Throws<WeightsException>(() => OnnxFile.Read(System.Text.Encoding.UTF8.GetBytes(text), "a.onnx"));
    }
}
