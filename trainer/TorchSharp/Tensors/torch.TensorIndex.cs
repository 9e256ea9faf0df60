using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How one place of an indexer selects: a position, a range, a tensor, a new dimension or "all the rest".</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named alternatives are Single, Slice and Tensor.")]
    public readonly record struct TensorIndex
    {
        private TensorIndex(IndexKind kind, long? start = null, long? stop = null, long? step = null, Tensor? positions = null)
        {
            Kind = kind;
            Start = start;
            Stop = stop;
            Step = step;
            Positions = positions;
        }

        internal enum IndexKind
        {
            Slice,
            Single,
            Tensor,
            Ellipsis,
            NewDimension,
        }

        /// <summary>As many full dimensions as are left.</summary>
        public static TensorIndex Ellipsis { get; } = new(IndexKind.Ellipsis);

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex None { get; } = new(IndexKind.NewDimension);

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex Null => None;

        /// <summary>A full dimension.</summary>
        public static TensorIndex Colon { get; } = Slice();

        internal IndexKind Kind { get; }

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal Tensor? Positions { get; }

        /// <summary>Positions from <paramref name="start"/> to before <paramref name="stop"/>; negative numbers count from the end, null means the whole side.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(IndexKind.Slice, start, stop, step);

        /// <summary>A range of C#, e.g. <c>1..^2</c>.</summary>
        public static TensorIndex Slice(Range range) => Slice(Position(range.Start, isStart: true), Position(range.End, isStart: false));

        /// <summary>One position; its dimension disappears.</summary>
        public static TensorIndex Single(long index) => new(IndexKind.Single, index);

        /// <summary>The positions, or the truth values, in a tensor. Borrowed.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(IndexKind.Tensor, positions: tensor);

        /// <summary>One position.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>A range of C#.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>The positions, or the truth values, in a tensor. Borrowed.</summary>
        public static implicit operator TensorIndex(Tensor tensor) => Tensor(tensor);

        private static long? Position(Index index, bool isStart)
        {
            if (index.IsFromEnd && index.Value == 0)
            {
                return isStart ? long.MaxValue : null;
            }

            return index.IsFromEnd ? -index.Value : index.Value;
        }
    }
}
