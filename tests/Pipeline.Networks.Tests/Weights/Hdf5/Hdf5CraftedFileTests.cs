using System.Buffers.Binary;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Hdf5;

namespace Pipeline.Networks.Tests.Weights.Hdf5;

/// <summary>
/// Files that somebody changed on purpose, which chance as good as never makes: structures that contain themselves, and
/// links out of the file. PureHDF 2.2.0 ends the process at the first four and opens the other file at the last: ADR 4.
/// </summary>
public sealed class Hdf5CraftedFileTests
{
    private const int NodeHeaderBytes = 24;

    [Fact]
    public void Read_GroupTreeThatIsItsOwnChild_IsRefused()
    {
        byte[] bytes = WeightsData.Bytes("keras2.h5");
        int node = bytes.AsSpan().IndexOf("TREE"u8);
        bytes[node + 5] = 2; // its level
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(node + NodeHeaderBytes + 8), node);

        Assert.Contains("is its own descendant", Refused(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ChunkTreeThatIsItsOwnChild_IsRefused()
    {
        const int KeyBytes = 24; // size, filters and two offsets: data set 'many' has one dimension
        byte[] bytes = WeightsData.Bytes("packed.h5");
        int node = bytes.AsSpan().IndexOf("TREE\u0001\u0001"u8); // of chunks, level 1
        bytes[node + 5] = 2;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(node + NodeHeaderBytes + KeyBytes), node);

        Assert.Contains("is its own descendant", Refused(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ObjectHeaderThatContinuesInItself_IsRefused()
    {
        const int Message = 112; // the first one of the root's header, which starts at byte 96
        byte[] bytes = WeightsData.Bytes("keras2.h5");
        bytes[Message] = 0x10; // a continuation
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Message + 8), Message);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Message + 16), 24);

        Assert.Contains("does not end", Refused(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SoftLinkToItself_IsNotFollowed()
    {
        byte[] bytes = WeightsData.Bytes("plain.h5");
        WeightSet unchanged = Hdf5File.Read((byte[])bytes.Clone(), "unchanged");
        "/soft\0\0\0\0\0"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("/a/float32"u8)));

        Assert.Equal(unchanged.Names, Hdf5File.Read(bytes, "crafted").Names);
    }

    [Fact]
    public void Read_LinkToAnotherFile_IsNotFollowed()
    {
        const int MessageBytes = 88; // of the link 'layer' and the free space behind it
        string file = Path.GetRelativePath(Environment.CurrentDirectory, WeightsData.Path("keras1.h5"));
        byte[] target = Encoding.UTF8.GetBytes($"\0{file}\0/block1_conv1\0");
        byte[] link = [1, 8, 64, 5, .. "layer"u8, (byte)target.Length, 0, .. target]; // version, flags, kind, name
        byte[] bytes = WeightsData.Bytes("latest.h5");
        int place = bytes.AsSpan().IndexOf("\u0006\u0010\0\0\u0001\0\u0005layer"u8);
        byte[] message = [6, MessageBytes, 0, 0, .. link, .. new byte[MessageBytes - link.Length]];
        message.CopyTo(bytes.AsSpan(place));

        Assert.True(File.Exists(file));
        Assert.Empty(Hdf5File.Read(bytes, "crafted").Names);
    }

    private static WeightsException Refused(byte[] bytes) =>
        Assert.Throws<WeightsException>(() => Hdf5File.Read(bytes, "crafted"));
}
