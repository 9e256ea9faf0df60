namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>A data set in chunks that a B-tree finds; chunks that were never written are zeros.</summary>
internal sealed class Hdf5Chunks(
    Hdf5Bytes file,
    string name,
    long[] shape,
    int elementSize,
    IReadOnlyList<Hdf5Filter> filters
)
{
    private const ulong Nowhere = ulong.MaxValue;

    /// <summary>Reads all chunks.</summary>
    /// <param name="layout">The layout message after its version and kind.</param>
    /// <param name="total">Bytes of the whole data set.</param>
    internal ReadOnlyMemory<byte> Read(Hdf5Cursor layout, int total)
    {
        int dimensions = layout.Byte();
        ulong tree = layout.Address();
        if (dimensions != shape.Length + 1)
        {
            throw file.Damaged($"data set '{name}' has {shape.Length} dimensions and chunks of {dimensions - 1}");
        }

        var chunk = new long[shape.Length];
        Int128 chunkBytes = elementSize;
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            chunk[axis] = layout.Int();
            chunkBytes *= chunk[axis];
            if (chunk[axis] == 0 || chunkBytes > (2 * (Int128)total) + (1 << 20))
            {
                throw file.Damaged($"data set '{name}' of {total} bytes has chunks of [{string.Join(", ", chunk)}]");
            }
        }

        var result = new byte[total];
        if (tree != Nowhere && total > 0)
        {
            Walk(tree, chunk, (int)chunkBytes, result);
        }

        return result;
    }

    private void Walk(ulong root, long[] chunk, int chunkBytes, byte[] result)
    {
        var visited = new HashSet<ulong>();
        long unpacked = 0;
        var open = new Stack<ulong>([root]);
        while (open.TryPop(out ulong node))
        {
            Hdf5Cursor cursor = file.At(
                visited.Add(node) ? node : throw file.Damaged($"the B-tree node at byte {node} is its own descendant")
            );
            cursor.Require("TREE");
            byte type = cursor.Byte();
            byte level = cursor.Byte();
            int entries = cursor.Short();
            if (type != 1)
            {
                throw file.Damaged($"the B-tree at byte {node} is no data set's");
            }

            cursor.Address();
            cursor.Address();
            for (int entry = 0; entry < entries; entry++)
            {
                uint size = cursor.Int();
                uint mask = cursor.Int();
                var offset = new long[chunk.Length];
                for (int axis = 0; axis < offset.Length; axis++)
                {
                    offset[axis] = (long)Math.Min(cursor.Number(8), long.MaxValue);
                }

                cursor.Number(8); // offset inside an element: 0
                ulong child = cursor.Address();
                if (level > 0)
                {
                    open.Push(child);
                    continue;
                }

                unpacked += chunkBytes;
                if (unpacked > (2L * result.Length) + (8L * chunkBytes) + (64L * file.Count))
                {
                    throw file.Damaged($"data set '{name}' has more chunks than it has room for");
                }

                Place(Unpack(child, size, mask, chunkBytes).Span, offset, chunk, result);
            }
        }
    }

    private ReadOnlyMemory<byte> Unpack(ulong address, uint size, uint mask, int chunkBytes)
    {
        ReadOnlyMemory<byte> data = file.At(address, size).Take((int)size);
        for (int index = filters.Count - 1; index >= 0; index--)
        {
            if ((mask >> index & 1) == 0)
            {
                data = filters[index].Undo(file, data, chunkBytes + ChecksumsBefore(index, mask));
            }
        }

        return data.Length == chunkBytes
            ? data
            : throw file.Damaged($"a chunk of data set '{name}' has {data.Length} bytes, expected {chunkBytes}");
    }

    /// <summary>Bytes that check sums added before a filter was applied.</summary>
    private int ChecksumsBefore(int filter, uint mask) =>
        4 * Enumerable.Range(0, filter).Count(index => filters[index].Id == 3 && (mask >> index & 1) == 0);

    /// <summary>Copies the part of a chunk that lies inside the data set, row by row.</summary>
    private void Place(ReadOnlySpan<byte> data, long[] offset, long[] chunk, byte[] result)
    {
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            if (offset[axis] >= shape[axis] || offset[axis] % chunk[axis] != 0)
            {
                throw file.Damaged($"a chunk of data set '{name}' lies at [{string.Join(", ", offset)}]");
            }
        }

        if (chunk.Length == 0)
        {
            data.CopyTo(result);
            return;
        }

        int last = chunk.Length - 1;
        int row = (int)Math.Min(chunk[last], shape[last] - offset[last]) * elementSize;
        var index = new long[chunk.Length];
        for (int source = 0; source < data.Length; source += (int)chunk[last] * elementSize)
        {
            if (Inside(offset, index, last))
            {
                data.Slice(source, row).CopyTo(result.AsSpan((int)Target(offset, index) * elementSize));
            }

            for (int axis = last - 1; axis >= 0 && ++index[axis] == chunk[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private bool Inside(long[] offset, long[] index, int last)
    {
        for (int axis = 0; axis < last; axis++)
        {
            if (offset[axis] + index[axis] >= shape[axis])
            {
                return false;
            }
        }

        return true;
    }

    private long Target(long[] offset, long[] index)
    {
        long target = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            target = (target * shape[axis]) + offset[axis] + index[axis];
        }

        return target;
    }
}
