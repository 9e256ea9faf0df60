namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>The messages of one object header: what makes an object a group or a data set.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0, section IV.A.</remarks>
internal sealed class Hdf5Object
{
    private const int Continuation = 0x10;
    private const byte SharedFlag = 2;
    private readonly Hdf5Bytes file;
    private readonly Queue<Hdf5Cursor> blocks = new();
    private int blockBytes;

    private Hdf5Object(Hdf5Bytes file) => this.file = file;

    /// <summary>The messages with their type numbers, in the file's order.</summary>
    internal List<(int Type, Hdf5Cursor Data)> Messages { get; } = [];

    /// <summary>The first message of a type.</summary>
    internal Hdf5Cursor? Find(int type)
    {
        foreach ((int other, Hdf5Cursor data) in Messages)
        {
            if (other == type)
            {
                return data;
            }
        }

        return null;
    }

    /// <summary>Reads the header at an address.</summary>
    internal static Hdf5Object Read(Hdf5Bytes file, ulong address)
    {
        var result = new Hdf5Object(file);
        Hdf5Cursor cursor = file.At(address);
        if (cursor.Left > 4 && file.Slice(cursor.Position, 4).Span.SequenceEqual("OHDR"u8))
        {
            result.ReadVersion2(cursor);
        }
        else
        {
            result.ReadVersion1(cursor, address);
        }

        return result;
    }

    private void ReadVersion1(Hdf5Cursor cursor, ulong address)
    {
        if (cursor.Byte() != 1)
        {
            throw file.Damaged($"there is no object header at byte {address}");
        }

        cursor.Skip(7); // reserved, number of messages (the sizes say it too), reference count
        uint size = cursor.Int();
        cursor.Skip(4); // to a multiple of 8
        Add((ulong)cursor.Position, size);
        while (blocks.TryDequeue(out Hdf5Cursor block))
        {
            while (block.Left >= 8)
            {
                int type = block.Short();
                int length = block.Short();
                byte flags = block.Byte();
                block.Skip(3);
                Add(type, flags, block.Position, length);
                block.Skip(length);
            }
        }
    }

    private void ReadVersion2(Hdf5Cursor cursor)
    {
        const int CheckSum = 4;
        cursor.Require("OHDR");
        byte version = cursor.Byte();
        byte flags = cursor.Byte();
        if (version != 2)
        {
            throw file.Unsupported($"an object header has version {version}");
        }

        // times; limits of attribute storage
        cursor.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        ulong size = cursor.Number(1 << (flags & 3));
        Add((ulong)cursor.Position, size);
        bool first = true;
        while (blocks.TryDequeue(out Hdf5Cursor block))
        {
            if (!first)
            {
                block.Require("OCHK");
            }

            int end = first ? 0 : CheckSum;
            int header = (flags & 4) != 0 ? 6 : 4; // with or without the creation order
            while (block.Left - end >= header)
            {
                int type = block.Byte();
                int length = block.Short();
                byte messageFlags = block.Byte();
                block.Skip(header - 4);
                Add(type, messageFlags, block.Position, length);
                block.Skip(length);
            }

            first = false;
        }
    }

    /// <summary>
    /// Notes a block; all blocks of an object together cannot be larger than the file, so a circle of continuations
    /// ends.
    /// </summary>
    private void Add(ulong address, ulong length)
    {
        Hdf5Cursor block = file.At(address, length);
        blockBytes += block.Left;
        if (blockBytes < 0 || blockBytes > file.Count || block.Left == 0)
        {
            throw file.Damaged($"the object header at byte {address} does not end");
        }

        blocks.Enqueue(block);
    }

    private void Add(int type, byte flags, int position, int length)
    {
        Hdf5Cursor data = file.At((ulong)position, (ulong)length);
        if (type == Continuation)
        {
            Add(data.Address(), data.Length());
        }
        else if (type != 0)
        {
            // a shared message is elsewhere: types of ours are never shared in such files
            Messages.Add(((flags & SharedFlag) != 0 ? -type : type, data));
        }
    }
}
