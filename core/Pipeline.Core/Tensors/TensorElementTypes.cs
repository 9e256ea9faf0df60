namespace Pipeline.Core.Tensors;

/// <summary>Sizes and file names of the element types.</summary>
internal static class TensorElementTypes
{
    private static readonly (TensorElementType Type, string Name, int Bytes)[] Table =
    [
        (TensorElementType.Float32, "F32", 4),
        (TensorElementType.Float16, "F16", 2),
        (TensorElementType.BFloat16, "BF16", 2),
        (TensorElementType.Float64, "F64", 8),
        (TensorElementType.UInt8, "U8", 1),
        (TensorElementType.Int8, "I8", 1),
        (TensorElementType.Int32, "I32", 4),
        (TensorElementType.Int64, "I64", 8),
    ];

    /// <summary>Bytes of one element.</summary>
    internal static int SizeOf(TensorElementType type) => Array.Find(Table, row => row.Type == type).Bytes;

    /// <summary>The name in a safetensors header.</summary>
    internal static string NameOf(TensorElementType type) => Array.Find(Table, row => row.Type == type).Name;

    /// <summary>Reads a name.</summary>
    internal static bool TryParse(string name, out TensorElementType type)
    {
        int index = Array.FindIndex(Table, row => row.Name == name);
        type = index < 0 ? default : Table[index].Type;
        return index >= 0;
    }

    /// <summary>All names, for messages.</summary>
    internal static string Known => string.Join(", ", Table.Select(row => row.Name));
}
