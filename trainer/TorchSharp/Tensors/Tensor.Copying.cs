using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A copy of the elements, in the same graph.</summary>
        public Tensor clone() => Aten.Call("clone", this);

        /// <summary>A second tensor over the same memory.</summary>
        public Tensor alias() => Aten.Call("alias", this);

        /// <summary>Writes the other tensor's elements, broadcast and converted, into this one.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.Call("copy_", this, source, nonBlocking);

        /// <summary>Writes a number to every element.</summary>
        public Tensor fill_(Scalar value) => Aten.Call("fill_.Scalar", this, value);

        /// <summary>Writes 0 to every element.</summary>
        public Tensor zero_() => Aten.Call("zero_", this);

        /// <summary>The elements converted to another type; the same memory when they already have it and <paramref name="copy"/> is false.</summary>
        public Tensor to(ScalarType type, bool copy = false) => Convert(type, null, copy);

        /// <summary>The elements on another device; the same memory when they are there and <paramref name="copy"/> is false.</summary>
        public Tensor to(Device device, bool copy = false) => Convert(null, device, copy);

        /// <summary>The elements on another device.</summary>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false) => Convert(null, new Device(deviceType, deviceIndex), copy);

        /// <summary>The elements on another device, named as in <c>cuda:1</c>.</summary>
        public Tensor to(string device) => Convert(null, new Device(device), false);

        /// <summary>The elements converted to another type on another device.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false) => Convert(type, device, copy);

        /// <summary>The elements with the type and on the device of another tensor.</summary>
        public Tensor to(Tensor other) => Convert(other.dtype, other.device, false);

        /// <summary>The elements converted to another type.</summary>
        public Tensor to_type(ScalarType type, bool copy = false) => Convert(type, null, copy);

        /// <summary>The elements converted to the type of another tensor.</summary>
        public Tensor type_as(Tensor tensor) => Convert(tensor.dtype, null, false);

        /// <summary>The elements in the processor's memory; the same memory when they are there.</summary>
        public Tensor cpu() => Convert(null, CPU, false);

        /// <summary>The elements on a CUDA device, the current one when <paramref name="device"/> is null.</summary>
        public Tensor cuda(Device? device = null) => Convert(null, device ?? CUDA, false);

        /// <summary>The elements as single-precision numbers.</summary>
        public Tensor @float() => to(ScalarType.Float32);

        /// <summary>The elements as double-precision numbers.</summary>
        public Tensor @double() => to(ScalarType.Float64);

        /// <summary>The elements as 64-bit integers.</summary>
        public Tensor @long() => to(ScalarType.Int64);

        /// <summary>The elements as 32-bit integers.</summary>
        public Tensor @int() => to(ScalarType.Int32);

        /// <summary>The elements as truth values.</summary>
        public Tensor @bool() => to(ScalarType.Bool);

        /// <summary>The elements as bytes.</summary>
        public Tensor @byte() => to(ScalarType.Byte);

        /// <summary>A tensor of 0, of this one's shape, type and device unless given.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("zeros_like", dtype, device, requires_grad);

        /// <summary>A tensor of 1, of this one's shape, type and device unless given.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("ones_like", dtype, device, requires_grad);

        /// <summary>A tensor with undefined elements, of this one's shape, type and device unless given.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("empty_like", dtype, device, requires_grad);

        /// <summary>Uniform random numbers in [0, 1), of this one's shape, type and device unless given.</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("rand_like", dtype, device, requires_grad);

        /// <summary>Standard normal random numbers, of this one's shape, type and device unless given.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("randn_like", dtype, device, requires_grad);

        /// <summary>Writes normal random numbers.</summary>
        public Tensor normal_(double mean = 0.0, double std = 1.0) => Aten.Call("normal_", this, mean, std);

        /// <summary>Writes uniform random numbers in [from, to).</summary>
        public Tensor uniform_(double from, double to) => Aten.Call("uniform_", this, from, to);

        /// <summary>Writes 1 with probability <paramref name="p"/> and 0 otherwise.</summary>
        public Tensor bernoulli_(double p = 0.5) => Aten.Call("bernoulli_.float", this, p);

        private Tensor Convert(ScalarType? type, Device? device, bool copy) =>
            Aten.Call("to.dtype_layout", this, type, Argument.None, device, Argument.None, false, copy, Argument.None);

        private Tensor Like(string name, ScalarType? type, Device? device, bool requires_grad)
        {
            Tensor made = Aten.Call(name, this, type, Argument.None, device);
            return requires_grad ? made.requires_grad_() : made;
        }
    }
}
