using System.Buffers.Binary;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>The bytes of an HDF5 file with its sizes of addresses and lengths; every access is checked.</summary>
internal sealed class Hdf5Bytes(ReadOnlyMemory<byte> bytes, string path)
{
    /// <summary>Bytes of an address in this file, 4 or 8.</summary>
    internal int AddressSize { get; set; } = 8;

    /// <summary>Bytes of a length in this file, 4 or 8.</summary>
    internal int LengthSize { get; set; } = 8;

    /// <summary>Size of the file.</summary>
    internal int Count => bytes.Length;

    /// <summary>A cursor at an address.</summary>
    internal Hdf5Cursor At(ulong address) =>
        address < (ulong)bytes.Length
            ? new Hdf5Cursor(this, (int)address, bytes.Length)
            : throw Damaged($"it refers to byte {address} of {bytes.Length}");

    /// <summary>A cursor over a stretch.</summary>
    internal Hdf5Cursor At(ulong address, ulong length) =>
        address <= (ulong)bytes.Length && length <= (ulong)bytes.Length - address
            ? new Hdf5Cursor(this, (int)address, (int)(address + length))
            : throw Damaged($"it refers to {length} bytes at {address} of {bytes.Length}");

    /// <summary>A stretch, without copying.</summary>
    internal ReadOnlyMemory<byte> Slice(int start, int length) => bytes.Slice(start, length);

    /// <summary>The structure contradicts the format.</summary>
    internal WeightsException Damaged(string fault, Exception? inner = null) =>
        WeightsFault.Damaged(path, $"its HDF5 structure is broken ({fault})", inner);

    /// <summary>The structure is sound, but not read here.</summary>
    internal WeightsException Unsupported(string fault) =>
        WeightsFault.Unsupported(
            path,
            fault,
            "Save the weights with h5py's defaults, as Keras does, or as safetensors."
        );
}

/// <summary>A place in the file that moves forward as values are read; it never leaves its stretch.</summary>
internal struct Hdf5Cursor(Hdf5Bytes file, int position, int end)
{
    /// <summary>Where the next value starts.</summary>
    internal int Position { get; private set; } = position;

    /// <summary>Bytes left in the stretch.</summary>
    internal readonly int Left => end - Position;

    internal ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > Left)
        {
            throw file.Damaged($"{count} bytes are needed at {Position} and {Left} are left");
        }

        Position += count;
        return file.Slice(Position - count, count);
    }

    internal void Skip(int count) => Take(count);

    internal byte Byte() => Take(1).Span[0];

    internal ushort Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    internal uint Int() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    internal ulong Address() => Number(file.AddressSize);

    internal ulong Length() => Number(file.LengthSize);

    /// <summary>An unsigned number of 1, 2, 4 or 8 bytes.</summary>
    internal ulong Number(int size)
    {
        ReadOnlySpan<byte> value = Take(size).Span;
        return size switch
        {
            1 => value[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(value),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(value),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(value),
        };
    }

    /// <summary>Four letters that mark a structure.</summary>
    internal void Require(string signature)
    {
        if (!Take(signature.Length).Span.SequenceEqual(Encoding.ASCII.GetBytes(signature)))
        {
            throw file.Damaged($"'{signature}' is missing at byte {Position - signature.Length}");
        }
    }

    /// <summary>A text up to its zero byte.</summary>
    internal string Text()
    {
        int length = file.Slice(Position, Left).Span.IndexOf((byte)0);
        return length < 0
            ? throw file.Damaged($"a name at byte {Position} does not end")
            : Encoding.UTF8.GetString(Take(length).Span);
    }
}
