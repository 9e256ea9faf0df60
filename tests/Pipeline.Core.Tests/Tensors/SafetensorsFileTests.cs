using System.Buffers.Binary;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Core.Tests.Tensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Write_ThenParse_GivesTheSame()
    {
        byte[] bytes = Bytes();

        SafetensorsFile file = SafetensorsFile.Parse(bytes, "a.safetensors");

        Assert.Equal(["a", "b"], file.Tensors.Names);
        Assert.Equal([1f, 2f, 3f, 4f], file.Tensors["b"].AsFloat32().ToArray());
        Assert.Equal([2L, 2L], file.Tensors["b"].Shape);
        Assert.Equal("v", file.Metadata["k"]);
    }

    [Fact]
    public void Write_HeaderBytes_AreTheSpecifications()
    {
        byte[] bytes = Bytes();

        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        string header = Encoding.UTF8.GetString(bytes, 8, length);

        Assert.Equal(
            """{"__metadata__":{"k":"v"},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}"""
                + ""","b":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}""",
            header.TrimEnd()
        );
        Assert.Equal(0, length % 8);
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        byte[] bytes = Bytes();

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<WeightsException>(() => SafetensorsFile.Parse(bytes.AsMemory(0, length), "a.safetensors"));
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "its tensors take 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "starts at byte 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"""
            + ""","b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        4,
        "starts at byte 0"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "'Q4'")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "header cannot be read")]
    [InlineData("[]", 0, "header cannot be read")]
    public void Parse_BadHeader_IsRefused(string header, int dataBytes, string expected)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);

        WeightsException error = Assert.Throws<WeightsException>(() => SafetensorsFile.Parse(bytes, "a.safetensors"));

        Assert.Contains("a.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes()
    {
        var tensors = new WeightSet([
            TensorData.FromFloat32("b", [2, 2], [1, 2, 3, 4]),
            TensorData.FromInt64("a", [1], [7]),
        ]);
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors, new Dictionary<string, string> { ["k"] = "v" }).Write(stream);
        return stream.ToArray();
    }
}
