using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>The column that the images come from.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What it holds.</param>
internal readonly record struct ImageColumn(DataViewSchema.Column Column, ImageKind Kind)
{
    /// <summary>Finds a column.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The column and what it holds.</returns>
    /// <exception cref="ArgumentException">There is none of that name, or it holds no images.</exception>
    internal static ImageColumn Find(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw Missing(name, schema.Select(candidate => candidate.Name));
        }

        var vector = column.Type as VectorDataViewType;
        return new ImageColumn(column, KindOf(name, vector?.ItemType ?? column.Type, vector is not null));
    }

    /// <summary>Refuses a shape of data without a column of images.</summary>
    /// <param name="shape">The columns.</param>
    /// <param name="name">Name of the column of images.</param>
    /// <exception cref="ArgumentException">There is none of that name, or it holds no images.</exception>
    internal static void Check(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        SchemaShape.Column column = shape.FirstOrDefault(candidate => candidate.Name == name);
        if (column.Name is null)
        {
            throw Missing(name, shape.Select(candidate => candidate.Name));
        }

        KindOf(name, column.ItemType, column.Kind != SchemaShape.Column.VectorKind.Scalar);
    }

    /// <summary>What a column of a type holds.</summary>
    /// <param name="name">Its name, for the message.</param>
    /// <param name="itemType">Its type; of a vector that of its items.</param>
    /// <param name="isVector">Whether it holds vectors.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="ArgumentException">It holds no images.</exception>
    internal static ImageKind KindOf(string name, DataViewType itemType, bool isVector) =>
        (itemType, isVector) switch
        {
            (TextDataViewType, false) => ImageKind.Path,
            (ImageDataViewType, false) => ImageKind.Image,
            (NumberDataViewType, true) when itemType == NumberDataViewType.Byte => ImageKind.Bytes,
            _ => throw new ArgumentException(
                $"Column '{name}' cannot be classified: expected paths (text), bytes of image files (vector of "
                    + $"Byte) or images (MLImage), found {(isVector ? "a vector of " : string.Empty)}{itemType}."
            ),
        };

    /// <summary>The error of a column that is not there.</summary>
    /// <param name="name">Name that was asked for.</param>
    /// <param name="columns">Names that there are.</param>
    /// <returns>The error.</returns>
    internal static ArgumentException Missing(string name, IEnumerable<string> columns) =>
        new(
            $"There is no column '{name}' to classify; "
                + $"the data has {string.Join(", ", columns.Select(column => $"'{column}'"))}. Say inputColumn: "
                + "with the name of the column of images."
        );

    /// <summary>Makes what reads the image of the row that the input stands on.</summary>
    /// <param name="row">The input, with this column active. Borrowed.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <returns>Reads the current row's image; what it gives holds no memory of the row.</returns>
    internal Func<ImageSource> Reader(DataViewRow row, Preprocessing preprocessing) =>
        Kind switch
        {
            ImageKind.Path => PathReader(row.GetGetter<ReadOnlyMemory<char>>(Column)),
            ImageKind.Bytes => BytesReader(row.GetGetter<VBuffer<byte>>(Column)),
            _ => PixelReader(row.GetGetter<MLImage?>(Column), preprocessing),
        };

    /// <summary>The image of a row that was copied, so that the input makes its value once.</summary>
    /// <param name="copy">The copy of this column's value. Borrowed for the call.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <returns>The image; it holds no memory of the copy.</returns>
    internal static ImageSource From(ColumnSnapshot copy, Preprocessing preprocessing)
    {
        switch (copy)
        {
            case ColumnSnapshot<ReadOnlyMemory<char>> path:
                return ImagePixels.FromPath(path.Value);
            case ColumnSnapshot<VBuffer<byte>> bytes:
                VBuffer<byte> encoded = bytes.Value;
                return ImagePixels.FromBytes(in encoded);
            default:
                return ImagePixels.FromImage(((ColumnSnapshot<MLImage?>)copy).Value, preprocessing);
        }
    }

    private static Func<ImageSource> PathReader(ValueGetter<ReadOnlyMemory<char>> getter) =>
        () =>
        {
            ReadOnlyMemory<char> path = default;
            getter(ref path);
            return ImagePixels.FromPath(path);
        };

    private static Func<ImageSource> BytesReader(ValueGetter<VBuffer<byte>> getter)
    {
        VBuffer<byte> bytes = default;
        return () =>
        {
            getter(ref bytes);
            return ImagePixels.FromBytes(in bytes);
        };
    }

    private static Func<ImageSource> PixelReader(ValueGetter<MLImage?> getter, Preprocessing preprocessing)
    {
        MLImage? image = null;
        return () =>
        {
            getter(ref image);
            return ImagePixels.FromImage(image, preprocessing);
        };
    }
}
