using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Torch;

namespace Pipeline.Networks.Tests.Weights.Torch;

/// <summary>Pickles written by hand: letters are opcodes.</summary>
public sealed class PickleReaderTests
{
    [Fact]
    public void Read_Constants_AreDecoded()
    {
        object? root = Read([
            0x80,
            2,
            (byte)'(',
            (byte)'K',
            200,
            (byte)'J',
            255,
            255,
            255,
            255,
            (byte)'M',
            1,
            2,
            0x8a,
            2,
            0,
            1,
            (byte)'N',
            0x88,
            .. "X\x02\0\0\0ab"u8,
            (byte)'t',
            (byte)'.',
        ]);

        Assert.Equal([200L, -1L, 513L, 256L, null, true, "ab"], Assert.IsType<PickleTuple>(root).Items);
    }

    [Fact]
    public void Read_MemoAndDictionary_ShareValues()
    {
        // {'a': [1]} with the list stored as 0, then the list again
        object? root = Read("(}X\u0001\0\0\0a]q\0K\u0001ash\0t."u8.ToArray());

        object?[] items = Assert.IsType<PickleTuple>(root).Items;
        Assert.Same(Assert.IsType<PickleDictionary>(items[0]).Find("a"), items[1]);
        Assert.Equal([1L], Assert.IsType<PickleList>(items[1]).Items);
    }

    [Theory]
    [InlineData("cos\nsystem\nX\x02\0\0\0ls\x85R.", "'os.system'")]
    [InlineData("cbuiltins\neval\n.", "'builtins.eval'")]
    [InlineData("(S'ls'\nios\nsystem\n.", "STRING")]
    [InlineData("(ios\nsystem\n.", "INST")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "NEWOBJ")]
    [InlineData("ccollections\nOrderedDict\nK\x01\x85R.", "'collections.OrderedDict'")]
    [InlineData("X\x01\0\0\0aQ.", "persistent identifier")]
    [InlineData("K\x01N}b.", "sets the state of None")]
    [InlineData("cos\nsys", "damaged")]
    [InlineData("h\x05.", "recalls value 5")]
    [InlineData("K\x01t.", "a mark is missing")]
    [InlineData("R", "stack runs empty")]
    [InlineData("K\x01K\x02" + "a.", "no list")]
    [InlineData("X\xff\xff\xff\xff.", "4294967295 bytes")]
    [InlineData("X\xff\xff\xff\x7f.", "ends in the middle")]
    [InlineData("\u0082\x01.", "EXT1")]
    [InlineData("", "ends in the middle")]
    public void Read_AnythingElse_IsRefusedByName(string pickle, string expected)
    {
        WeightsException error = Assert.Throws<WeightsException>(() => Read(Encoding.Latin1.GetBytes(pickle)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("'test.pth'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CircularDictionary_Ends()
    {
        var dictionary = Assert.IsType<PickleDictionary>(Read("}q\0X\u0001\0\0\0ah\0s."u8.ToArray()));

        WeightsException error = Assert.Throws<WeightsException>(() => StateDict.FromPickle(dictionary, "test.pth"));

        Assert.Contains("no tensors by name", error.Message, StringComparison.Ordinal);
    }

    private static object? Read(byte[] pickle) => new PickleReader(pickle, "test.pth").Read();
}
