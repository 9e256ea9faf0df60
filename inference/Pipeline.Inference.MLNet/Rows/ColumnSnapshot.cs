using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>A copy of one column's value of one row.</summary>
internal abstract class ColumnSnapshot
{
    private static readonly MethodInfo SingleFactory = Method(nameof(OfSingle));
    private static readonly MethodInfo VectorFactory = Method(nameof(OfVector));

    /// <summary>Copies the value of the row that the input stands on.</summary>
    internal abstract void Read();

    /// <summary>Makes snapshots of a column.</summary>
    /// <param name="row">The input, with the column active. Borrowed.</param>
    /// <param name="column">The column.</param>
    /// <returns>Makes one snapshot; they share the getter.</returns>
    internal static Func<ColumnSnapshot> Factory(DataViewRow row, DataViewSchema.Column column)
    {
        Type type = column.Type.RawType;
        if (type == typeof(MLImage))
        {
            ValueGetter<MLImage?> getter = row.GetGetter<MLImage?>(column);
            return () => new ImageSnapshot(getter);
        }

        bool isVector = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        MethodInfo factory = isVector
            ? VectorFactory.MakeGenericMethod(type.GenericTypeArguments)
            : SingleFactory.MakeGenericMethod(type);
        return factory.CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<ColumnSnapshot>>>()(row, column);
    }

    private static Func<ColumnSnapshot> OfSingle<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T?> getter = row.GetGetter<T?>(column);
        return () => new SingleSnapshot<T>(getter);
    }

    private static Func<ColumnSnapshot> OfVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        return () => new VectorSnapshot<T>(getter);
    }

    private static MethodInfo Method(string name) =>
        typeof(ColumnSnapshot).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)
        ?? throw new MissingMethodException(nameof(ColumnSnapshot), name);

    /// <summary>
    /// A number, a text, or an object of a type that ML.NET knows nothing of; an object is shared with the reader, and
    /// the next row gets another one.
    /// </summary>
    private sealed class SingleSnapshot<T>(ValueGetter<T?> getter) : ColumnSnapshot<T?>
    {
        private T? value;

        internal override T? Value => value;

        internal override void Read()
        {
            value = default;
            getter(ref value);
        }

        internal override void CopyTo(ref T? destination) => destination = value;
    }

    /// <summary>A vector; its memory is used again.</summary>
    private sealed class VectorSnapshot<T>(ValueGetter<VBuffer<T>> getter) : ColumnSnapshot<VBuffer<T>>
    {
        private VBuffer<T> value;

        internal override VBuffer<T> Value => value;

        internal override void Read() => getter(ref value);

        internal override void CopyTo(ref VBuffer<T> destination) => value.CopyTo(ref destination);
    }

    /// <summary>
    /// An image. The convention is that a getter disposes what it finds at its destination; so the reader gets a copy
    /// of its own.
    /// </summary>
    private sealed class ImageSnapshot(ValueGetter<MLImage?> getter) : ColumnSnapshot<MLImage?>
    {
        private MLImage? value;

        internal override MLImage? Value => value;

        internal override void Read() => getter(ref value);

        internal override void CopyTo(ref MLImage? destination)
        {
            destination?.Dispose();
            destination = value is null
                ? null
                : MLImage.CreateFromPixels(value.Width, value.Height, value.PixelFormat, value.Pixels);
            if (destination is not null && value?.Tag is { } tag)
            {
                destination.Tag = tag;
            }
        }
    }
}
