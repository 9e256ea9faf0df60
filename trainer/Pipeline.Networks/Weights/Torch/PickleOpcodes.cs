namespace Pipeline.Networks.Weights.Torch;

/// <summary>Names of the pickle operations that are refused, as Python's <c>pickletools</c> has them.</summary>
internal static class PickleOpcodes
{
    private static readonly Dictionary<byte, string> Names = new()
    {
        [(byte)'i'] = "INST (make an instance)",
        [(byte)'o'] = "OBJ (make an instance)",
        [0x81] = "NEWOBJ (make an instance)",
        [0x92] = "NEWOBJ_EX (make an instance)",
        [0x82] = "EXT1 (use the extension registry)",
        [0x83] = "EXT2 (use the extension registry)",
        [0x84] = "EXT4 (use the extension registry)",
        [(byte)'P'] = "PERSID",
        [(byte)'I'] = "INT",
        [(byte)'L'] = "LONG",
        [(byte)'F'] = "FLOAT",
        [(byte)'S'] = "STRING",
        [(byte)'V'] = "UNICODE",
        [(byte)'B'] = "BINBYTES",
        [(byte)'C'] = "SHORT_BINBYTES",
        [0x8e] = "BINBYTES8",
        [0x8d] = "BINUNICODE8",
        [0x8b] = "LONG4",
        [0x8f] = "EMPTY_SET",
        [0x90] = "ADDITEMS",
        [0x91] = "FROZENSET",
        [0x96] = "BYTEARRAY8",
        [0x97] = "NEXT_BUFFER",
        [0x98] = "READONLY_BUFFER",
        [(byte)'d'] = "DICT",
        [(byte)'l'] = "LIST",
        [(byte)'2'] = "DUP",
        [(byte)'1'] = "POP_MARK",
        [(byte)'p'] = "PUT",
        [(byte)'g'] = "GET",
        [0x80] = "PROTO of a later protocol than 5",
    };

    internal static string NameOf(byte opcode) => Names.TryGetValue(opcode, out string? name) ? name : $"0x{opcode:x2}";
}
