using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private const int UsualMaxDimensions = 8;

        /// <summary>Number of dimensions; 0 for a single number.</summary>
        public long Dimensions => Info.DimensionCount;

        /// <summary>Number of dimensions.</summary>
        public long ndim => Info.DimensionCount;

        /// <summary>Number of elements.</summary>
        public long NumberOfElements => Info.ElementCount;

        /// <summary>Bytes per element.</summary>
        public long ElementSize => Info.ElementSizeBytes;

        /// <summary>Element type.</summary>
        public ScalarType dtype => (ScalarType)Info.Dtype;

        /// <summary>Where the elements live.</summary>
        public Device device
        {
            get
            {
                NativeTensorInfo info = Info;
                return info is { DeviceType: (int)DeviceType.CPU, DeviceIndex: -1 } ? CPU : new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        /// <summary>Kind of the device.</summary>
        public DeviceType device_type => (DeviceType)Info.DeviceType;

        /// <summary>Index of the device; -1 when its kind has only one.</summary>
        public int device_index => Info.DeviceIndex;

        /// <summary>Whether the elements live on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Size of each dimension, outermost first. A new array on each call.</summary>
        public unsafe long[] shape
        {
            get
            {
                long* buffer = stackalloc long[UsualMaxDimensions];
                int status = NativeTensors.pt_tensor_sizes(Handle, buffer, UsualMaxDimensions, out int count);
                if (status == Status.Ok)
                {
                    return new ReadOnlySpan<long>(buffer, count).ToArray();
                }

                long[] sizes = new long[status == Status.Capacity ? count : 0];
                fixed (long* first = sizes)
                {
                    Status.ThrowIfFailed(NativeTensors.pt_tensor_sizes(Handle, first, sizes.Length, out _), nameof(shape));
                }

                return sizes;
            }
        }

        internal NativeTensorInfo Info
        {
            get
            {
                int status = NativeTensors.pt_tensor_get_info(Handle, out NativeTensorInfo info);
                if (status != Status.Ok)
                {
                    Status.ThrowIfFailed(status, nameof(NativeTensors.pt_tensor_get_info));
                }

                return info;
            }
        }

        /// <summary>Number of dimensions.</summary>
        public long dim() => Info.DimensionCount;

        /// <summary>Number of elements.</summary>
        public long numel() => Info.ElementCount;

        /// <summary>Bytes per element.</summary>
        public long element_size() => Info.ElementSizeBytes;

        /// <summary>Size of each dimension, outermost first.</summary>
        public long[] size() => shape;

        /// <summary>Size of one dimension; negative numbers count from the last.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long size(int dim)
        {
            long[] sizes = shape;
            int position = dim < 0 ? dim + sizes.Length : dim;
            if (position < 0 || position >= sizes.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {sizes.Length} dimensions.");
            }

            return sizes[position];
        }

        /// <summary>Distance in elements between neighbours along each dimension.</summary>
        public unsafe long[] stride()
        {
            long[] strides = new long[ndim];
            fixed (long* first = strides)
            {
                Status.ThrowIfFailed(NativeTensors.pt_tensor_strides(Handle, first, strides.Length, out _), nameof(stride));
            }

            return strides;
        }

        /// <summary>Distance in elements between neighbours along one dimension, counted from 0.</summary>
        public long stride(int dim) => stride()[dim];

        /// <summary>Whether the elements lie in row-major order without gaps.</summary>
        public bool is_contiguous() => Info.IsContiguous != 0;

        /// <summary>Whether the elements live in the processor's memory.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether the elements are integers or truth values.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether the elements are real numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);
    }
}
