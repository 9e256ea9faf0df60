using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>A data set of numbers: its shape, type and values.</summary>
/// <remarks>
/// Source: HDF5 File Format Specification 3.0, sections IV.A.2.b (data space), .d (data type), .i (layout), .l
/// (filters).
/// </remarks>
internal sealed class Hdf5Dataset
{
    private const int Dataspace = 0x01;
    private const int Datatype = 0x03;
    private const int Layout = 0x08;
    private const int Filters = 0x0B;
    private const int MostDimensions = 16;
    private readonly Hdf5Bytes file;
    private readonly Hdf5Object header;
    private readonly string name;

    private Hdf5Dataset(Hdf5Bytes file, Hdf5Object header, string name, long[] shape, TensorElementType type)
    {
        (this.file, this.header, this.name, Shape, ElementType) = (file, header, name, shape, type);
    }

    /// <summary>Sizes, outermost first.</summary>
    internal long[] Shape { get; }

    /// <summary>Type of the elements.</summary>
    internal TensorElementType ElementType { get; }

    /// <summary>Bytes of all elements.</summary>
    internal Int128 TotalBytes => Shape.Aggregate((Int128)1, (product, size) => product * size) * ElementType.Size();

    /// <summary>Whether an object is a data set.</summary>
    internal static bool Is(Hdf5Object value) => value.Find(Layout) is not null;

    /// <summary>Reads what the header says; <c>null</c> when the elements are no numbers that a network has.</summary>
    internal static Hdf5Dataset? Open(Hdf5Bytes file, Hdf5Object header, string name)
    {
        if (header.Find(Dataspace) is not Hdf5Cursor space || header.Find(Datatype) is not Hdf5Cursor type)
        {
            throw file.Damaged($"data set '{name}' lacks its shape or type");
        }

        return TypeOf(type) is TensorElementType elementType
            ? new Hdf5Dataset(file, header, name, ShapeOf(file, space, name), elementType)
            : null;
    }

    /// <summary>The values, row-major and little-endian. Check <see cref="TotalBytes"/> first.</summary>
    internal ReadOnlyMemory<byte> Read()
    {
        Hdf5Cursor layout = header.Find(Layout) ?? throw file.Damaged($"data set '{name}' has no layout");
        int total = (int)TotalBytes;
        byte version = layout.Byte();
        byte kind = layout.Byte();
        if (version is not (3 or 4) || (version == 4 && kind > 1))
        {
            throw file.Unsupported($"data set '{name}' has layout version {version}, kind {kind}");
        }

        if (kind != 2 && header.Find(Filters) is not null)
        {
            throw file.Damaged($"data set '{name}' is filtered and not chunked");
        }

        return kind switch
        {
            0 => Exactly(layout.Take(layout.Short()), total),
            1 => Contiguous(layout, total),
            2 => new Hdf5Chunks(
                file,
                name,
                Shape,
                ElementType.Size(),
                Hdf5Filter.Read(file, header.Find(Filters), name)
            ).Read(layout, total),
            _ => throw file.Unsupported($"data set '{name}' has layout kind {kind}"),
        };
    }

    private ReadOnlyMemory<byte> Contiguous(Hdf5Cursor layout, int total)
    {
        ulong address = layout.Address();
        ulong size = layout.Length();
        return total == 0 ? ReadOnlyMemory<byte>.Empty : Exactly(file.At(address, size).Take((int)size), total);
    }

    private ReadOnlyMemory<byte> Exactly(ReadOnlyMemory<byte> data, int total) =>
        data.Length >= total
            ? data[..total]
            : throw file.Damaged(
                $"data set '{name}' [{string.Join(", ", Shape)}] needs {total} bytes and has {data.Length}"
            );

    private static long[] ShapeOf(Hdf5Bytes file, Hdf5Cursor space, string name)
    {
        byte version = space.Byte();
        int rank = space.Byte();
        space.Skip(version == 1 ? 6 : 2);
        if (version is not (1 or 2) || rank > MostDimensions)
        {
            throw file.Damaged($"data set '{name}' has a data space of version {version} with {rank} dimensions");
        }

        var shape = new long[rank];
        Int128 count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            ulong size = space.Length();
            count *= size;
            shape[axis] =
                count <= WeightsFault.MaxFileBytes && size <= int.MaxValue
                    ? (long)size
                    : throw file.Damaged($"data set '{name}' claims a dimension of {size}");
        }

        return shape;
    }

    /// <summary>IEEE floats and plain integers, little-endian; <c>null</c> for all else.</summary>
    private static TensorElementType? TypeOf(Hdf5Cursor type)
    {
        byte classAndVersion = type.Byte();
        byte bits = type.Byte();
        type.Skip(2);
        uint size = type.Int();
        bool isSigned = (bits & 8) != 0;
        return (classAndVersion & 15, (bits & 1) == 0, size) switch
        {
            (1, true, 2) => TensorElementType.Float16,
            (1, true, 4) => TensorElementType.Float32,
            (1, true, 8) => TensorElementType.Float64,
            (0, true, 8) => TensorElementType.Int64,
            (0, true, 4) => TensorElementType.Int32,
            (0, _, 1) => isSigned ? TensorElementType.Int8 : TensorElementType.UInt8,
            _ => null,
        };
    }
}
