namespace Pipeline.Inference.MLNet.Rows;

/// <summary>A copy of one column's value of one row, of a known type.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
internal abstract class ColumnSnapshot<T> : ColumnSnapshot
{
    /// <summary>The value. Borrowed: good until the next row is read into this snapshot.</summary>
    internal abstract T Value { get; }

    /// <summary>Hands the value out.</summary>
    /// <param name="destination">Receives it; what it held is used again where the type allows it.</param>
    internal abstract void CopyTo(ref T destination);
}
