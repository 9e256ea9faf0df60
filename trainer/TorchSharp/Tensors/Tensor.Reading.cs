using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory of a row-major CPU tensor. Valid as long as this tensor is neither disposed nor collected: keep it in a <c>using</c>.</summary>
        /// <exception cref="InvalidOperationException">The tensor is on another device, not row-major, or larger than 2 GB.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                NativeTensorInfo info = Info;
                long length = info.ElementCount * info.ElementSizeBytes;
                if (info.DeviceType != (int)DeviceType.CPU || info.IsContiguous == 0 || length > int.MaxValue)
                {
                    throw new InvalidOperationException($"Only the bytes of a contiguous CPU tensor below 2 GB can be reached; this is {this}.");
                }

                Status.ThrowIfFailed(NativeTensors.pt_tensor_data(Handle, out void* first), nameof(bytes));
                return new Span<byte>(first, (int)length);
            }
        }

        /// <summary>Access to the elements of a CPU tensor.</summary>
        /// <exception cref="ArgumentException">The elements are of another type.</exception>
        /// <exception cref="InvalidOperationException">The elements are on another device.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged => new(this);

        /// <summary>The only element.</summary>
        /// <exception cref="ArgumentException">There is not exactly one element, or it is of another type.</exception>
        public unsafe T item<T>()
            where T : unmanaged
        {
            NativeTensorInfo info = Info;
            if (info.ElementCount != 1)
            {
                throw new ArgumentException($"Only a tensor of one element has an item; this is {this}.");
            }

            if (ScalarTypeOf<T>() != (ScalarType)info.Dtype)
            {
                throw new ArgumentException($"The tensor holds {(ScalarType)info.Dtype}, which cannot be read as {typeof(T).Name}.");
            }

            T value;
            Status.ThrowIfFailed(NativeTensors.pt_tensor_copy_to_memory(Handle, &value, sizeof(T)), nameof(item));
            return value;
        }

        internal double ItemAsDouble()
        {
            using Tensor converted = Convert(ScalarType.Float64, null, false);
            return converted.item<double>();
        }

        internal long ItemAsInt64()
        {
            using Tensor converted = Convert(ScalarType.Int64, null, false);
            return converted.item<long>();
        }
    }
}
