using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>
/// The part of HDF5 that h5py writes by default and Keras's files use, read in managed code: superblocks 0 to 3, groups
/// by symbol table or link message, data sets of numbers, compact, contiguous or chunked with deflate, shuffle and
/// fletcher32. Why not libhdf5 or PureHDF: ADR 4.
/// </summary>
/// <remarks>Source: HDF5 File Format Specification 3.0. Checked against h5py's files in <c>Hdf5FileTests</c>.</remarks>
internal static class Hdf5File
{
    private const int MostExpansion = 16;
    private const int Allowance = 1 << 20;

    /// <summary>The first bytes of every HDF5 file.</summary>
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads every data set of numbers.</summary>
    /// <param name="bytes">The whole file. Borrowed: tensors may be views of it.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>Tensors named by their path, <c>group/group/name</c>.</returns>
    /// <exception cref="WeightsException">The file is none of HDF5, damaged, or uses what is not read.</exception>
    internal static WeightSet Read(ReadOnlyMemory<byte> bytes, string path)
    {
        if (bytes.Length < 32 || !bytes.Span.StartsWith(Signature))
        {
            throw WeightsFault.Unsupported(
                path,
                "it is no HDF5 file: its first 8 bytes are not HDF5's signature",
                "Give a .h5 file that Keras or h5py wrote."
            );
        }

        var file = new Hdf5Bytes(bytes, path);
        var tensors = new List<TensorData>();
        Int128 total = 0;
        foreach ((string name, Hdf5Dataset dataset) in Datasets(file, Root(file)))
        {
            total += dataset.TotalBytes;
            if (total > ((Int128)bytes.Length * MostExpansion) + Allowance)
            {
                throw WeightsFault.Unsupported(
                    path,
                    $"up to '{name}' its data sets unpack to {total} bytes and the file has {bytes.Length}",
                    "Weights do not shrink that much; fetch it again from where it was published."
                );
            }

            tensors.Add(new TensorData(name, dataset.ElementType, dataset.Shape, dataset.Read()));
        }

        return new WeightSet(tensors);
    }

    private static ulong Root(Hdf5Bytes file)
    {
        Hdf5Cursor cursor = file.At(0);
        cursor.Skip(8);
        byte version = cursor.Byte();
        if (version > 3)
        {
            throw file.Unsupported($"its superblock has version {version}, known are 0 to 3");
        }

        cursor.Skip(version < 2 ? 4 : 0);
        file.AddressSize = RequireSize(file, cursor.Byte());
        file.LengthSize = RequireSize(file, cursor.Byte());
        cursor.Skip(
            version switch
            {
                0 => 1 + 8,
                1 => 1 + 12,
                _ => 1,
            }
        );
        ulong start = cursor.Address();
        cursor.Address();
        cursor.Address();
        if (start != 0)
        {
            throw file.Unsupported($"its data start at byte {start}, expected 0");
        }

        if (version < 2)
        {
            cursor.Address(); // driver information
            cursor.Address(); // name of the root: none
        }

        return cursor.Address();
    }

    private static int RequireSize(Hdf5Bytes file, byte size) =>
        size is 4 or 8 ? size : throw file.Damaged($"addresses or lengths have {size} bytes, expected 4 or 8");

    /// <summary>
    /// All data sets below a group, in the order of their names; each group is visited once, so hard links in a circle
    /// end.
    /// </summary>
    private static IEnumerable<(string Name, Hdf5Dataset Dataset)> Datasets(Hdf5Bytes file, ulong root)
    {
        var visited = new HashSet<ulong>();
        var open = new Stack<(string Name, ulong Address)>([(string.Empty, root)]);
        while (open.TryPop(out (string Name, ulong Address) next))
        {
            Hdf5Object header = Hdf5Object.Read(file, next.Address);
            if (Hdf5Dataset.Is(header))
            {
                if (Hdf5Dataset.Open(file, header, next.Name) is Hdf5Dataset dataset)
                {
                    yield return (next.Name, dataset);
                }
            }
            else if (Hdf5Group.Is(header) && visited.Add(next.Address))
            {
                foreach (
                    (string name, ulong address) in Hdf5Group
                        .Members(file, header)
                        .OrderByDescending(member => member.Name, StringComparer.Ordinal)
                )
                {
                    if (next.Name.Length + name.Length > 1024)
                    {
                        throw file.Damaged("a path has more than 1024 letters");
                    }

                    open.Push((next.Name.Length == 0 ? name : $"{next.Name}/{name}", address));
                }
            }
        }
    }
}
