namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>The names in a group: by a symbol table, as h5py writes by default, or by link messages.</summary>
/// <remarks>
/// Source: HDF5 File Format Specification 3.0, sections III.A (B-trees), III.B (symbol tables), III.D (local heap),
/// IV.A.2.g (links).
/// </remarks>
internal static class Hdf5Group
{
    private const int LinkInfo = 0x02;
    private const int Link = 0x06;
    private const int SymbolTable = 0x11;
    private const ulong Nowhere = ulong.MaxValue;

    /// <summary>Whether an object is a group.</summary>
    internal static bool Is(Hdf5Object value) =>
        value.Find(SymbolTable) is not null || value.Find(LinkInfo) is not null || value.Find(Link) is not null;

    /// <summary>The members and where their headers are.</summary>
    internal static IEnumerable<(string Name, ulong Address)> Members(Hdf5Bytes file, Hdf5Object group)
    {
        if (group.Find(SymbolTable) is Hdf5Cursor table)
        {
            ulong tree = table.Address();
            Hdf5Cursor heap = Heap(file, table.Address());
            return Leaves(file, tree, []).SelectMany(leaf => Symbols(file, leaf, heap));
        }

        if (group.Find(LinkInfo) is Hdf5Cursor info)
        {
            info.Skip(1);
            byte flags = info.Byte();
            info.Skip((flags & 1) != 0 ? 8 : 0);
            ulong heap = info.Address();
            if (heap != Nowhere && heap != (1UL << (8 * (file.AddressSize % 8))) - 1)
            {
                throw file.Unsupported("a group keeps its names in a fractal heap");
            }
        }

        return group
            .Messages.Where(message => message.Type == Link)
            .Select(message => ReadLink(file, message.Data))
            .OfType<(string, ulong)>();
    }

    private static Hdf5Cursor Heap(Hdf5Bytes file, ulong address)
    {
        Hdf5Cursor cursor = file.At(address);
        cursor.Require("HEAP");
        cursor.Skip(4);
        ulong size = cursor.Length();
        cursor.Length(); // free list
        return file.At(cursor.Address(), size);
    }

    /// <summary>
    /// Addresses of the symbol table nodes below a B-tree node; each node is visited once, so a circle is an error.
    /// </summary>
    private static IEnumerable<ulong> Leaves(Hdf5Bytes file, ulong address, HashSet<ulong> visited)
    {
        var open = new Stack<ulong>([address]);
        while (open.TryPop(out ulong node))
        {
            if (!visited.Add(node))
            {
                throw file.Damaged($"the B-tree node at byte {node} is its own descendant");
            }

            Hdf5Cursor cursor = file.At(node);
            cursor.Require("TREE");
            byte type = cursor.Byte();
            byte level = cursor.Byte();
            int entries = cursor.Short();
            if (type != 0)
            {
                throw file.Damaged($"the B-tree at byte {node} is no group's");
            }

            cursor.Address();
            cursor.Address();
            for (int entry = 0; entry < entries; entry++)
            {
                cursor.Length(); // key: the first name
                ulong child = cursor.Address();
                if (level > 0)
                {
                    open.Push(child);
                }
                else if (visited.Add(child))
                {
                    yield return child;
                }
            }
        }
    }

    private static IEnumerable<(string Name, ulong Address)> Symbols(Hdf5Bytes file, ulong address, Hdf5Cursor heap)
    {
        Hdf5Cursor cursor = file.At(address);
        cursor.Require("SNOD");
        cursor.Skip(2);
        int count = cursor.Short();
        for (int index = 0; index < count; index++)
        {
            ulong nameOffset = cursor.Address();
            ulong header = cursor.Address();
            uint cache = cursor.Int();
            cursor.Skip(4 + 16);
            if (cache == 2)
            {
                continue; // a symbolic link: it names another member
            }

            Hdf5Cursor name = heap;
            name.Skip((int)Math.Min(nameOffset, int.MaxValue));
            yield return (name.Text(), header);
        }
    }

    private static (string Name, ulong Address)? ReadLink(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        byte version = cursor.Byte();
        byte flags = cursor.Byte();
        byte kind = (flags & 8) != 0 ? cursor.Byte() : (byte)0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0)); // creation order; character set
        ulong length = cursor.Number(1 << (flags & 3));
        if (version != 1)
        {
            throw file.Damaged($"a link has version {version}");
        }

        string name = System.Text.Encoding.UTF8.GetString(cursor.Take((int)Math.Min(length, int.MaxValue)).Span);
        return kind == 0 ? (name, cursor.Address()) : null; // soft and external links are not followed
    }
}
