using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sum of the elements, broadcast.</summary>
        public Tensor add(Tensor target) => Aten.Call("add.Tensor", this, target);

        /// <summary>Sum with a number.</summary>
        public Tensor add(Scalar target) => Aten.Call("add.Scalar", this, target);

        /// <summary>Sum of the elements, broadcast, in place.</summary>
        public Tensor add_(Tensor target) => Aten.Call("add_.Tensor", this, target);

        /// <summary>Sum with a number, in place.</summary>
        public Tensor add_(Scalar target) => Aten.Call("add_.Scalar", this, target);

        /// <summary>Difference of the elements, broadcast.</summary>
        public Tensor sub(Tensor target) => Aten.Call("sub.Tensor", this, target);

        /// <summary>Difference with a number.</summary>
        public Tensor sub(Scalar target) => Aten.Call("sub.Scalar", this, target);

        /// <summary>Difference of the elements, broadcast, in place.</summary>
        public Tensor sub_(Tensor target) => Aten.Call("sub_.Tensor", this, target);

        /// <summary>Difference with a number, in place.</summary>
        public Tensor sub_(Scalar target) => Aten.Call("sub_.Scalar", this, target);

        /// <summary>Product of the elements, broadcast.</summary>
        public Tensor mul(Tensor target) => Aten.Call("mul.Tensor", this, target);

        /// <summary>Product with a number.</summary>
        public Tensor mul(Scalar target) => Aten.Call("mul.Scalar", this, target);

        /// <summary>Product of the elements, broadcast, in place.</summary>
        public Tensor mul_(Tensor target) => Aten.Call("mul_.Tensor", this, target);

        /// <summary>Product with a number, in place.</summary>
        public Tensor mul_(Scalar target) => Aten.Call("mul_.Scalar", this, target);

        /// <summary>Quotient of the elements, broadcast.</summary>
        public Tensor div(Tensor target) => Aten.Call("div.Tensor", this, target);

        /// <summary>Quotient with a number.</summary>
        public Tensor div(Scalar target) => Aten.Call("div.Scalar", this, target);

        /// <summary>Quotient of the elements, broadcast, in place.</summary>
        public Tensor div_(Tensor target) => Aten.Call("div_.Tensor", this, target);

        /// <summary>Quotient with a number, in place.</summary>
        public Tensor div_(Scalar target) => Aten.Call("div_.Scalar", this, target);

        /// <summary>this + alpha · target.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Aten.Call("add.Tensor", this, target, alpha);

        /// <summary>this + alpha · target, in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Aten.Call("add_.Tensor", this, target, alpha);

        /// <summary>this - alpha · target.</summary>
        public Tensor sub(Tensor target, Scalar alpha) => Aten.Call("sub.Tensor", this, target, alpha);

        /// <summary>this - alpha · target, in place.</summary>
        public Tensor sub_(Tensor target, Scalar alpha) => Aten.Call("sub_.Tensor", this, target, alpha);

        /// <summary>Powers with one exponent.</summary>
        public Tensor pow(Scalar exponent) => Aten.Call("pow.Tensor_Scalar", this, exponent);

        /// <summary>Powers with one exponent per element.</summary>
        public Tensor pow(Tensor exponent) => Aten.Call("pow.Tensor_Tensor", this, exponent);

        /// <summary>Powers with one exponent, in place.</summary>
        public Tensor pow_(Scalar exponent) => Aten.Call("pow_.Scalar", this, exponent);

        /// <summary>Remainder of the division, with the divisor's sign.</summary>
        public Tensor remainder(Tensor target) => Aten.Call("remainder.Tensor", this, target);

        /// <summary>Remainder of the division, with the divisor's sign.</summary>
        public Tensor remainder(Scalar scalar) => Aten.Call("remainder.Scalar", this, scalar);

        /// <summary>this + value · tensor1 · tensor2, in place.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcmul_", this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 / tensor2, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcdiv_", this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 · tensor2.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcmul", this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 / tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcdiv", this, tensor1, tensor2, value);

        /// <summary>this + weight · (end - this), weight per element.</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Aten.Call("lerp.Tensor", this, end, weight);

        /// <summary>this + weight · (end - this).</summary>
        public Tensor lerp(Tensor end, Scalar weight) => Aten.Call("lerp.Scalar", this, end, weight);

        /// <summary>this + weight · (end - this), weight per element, in place.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Aten.Call("lerp_.Tensor", this, end, weight);

        /// <summary>this + weight · (end - this), in place.</summary>
        public Tensor lerp_(Tensor end, Scalar weight) => Aten.Call("lerp_.Scalar", this, end, weight);

        /// <summary>The larger of each pair.</summary>
        public Tensor maximum(Tensor other) => Aten.Call("maximum", this, other);

        /// <summary>The smaller of each pair.</summary>
        public Tensor minimum(Tensor other) => Aten.Call("minimum", this, other);

        /// <summary>Values limited to [min, max]; a null bound does not limit.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.Call("clamp", this, min, max);

        /// <summary>Values limited from below.</summary>
        public Tensor clamp_min(Scalar min) => Aten.Call("clamp_min", this, min);

        /// <summary>Values limited from above.</summary>
        public Tensor clamp_max(Scalar max) => Aten.Call("clamp_max", this, max);

        /// <summary>Values limited to [min, max], in place; a null bound does not limit.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Aten.Call("clamp_", this, min, max);

        /// <summary>Values limited from below, in place.</summary>
        public Tensor clamp_min_(Scalar min) => Aten.Call("clamp_min_", this, min);

        /// <summary>Values limited from above, in place.</summary>
        public Tensor clamp_max_(Scalar max) => Aten.Call("clamp_max_", this, max);
    }
}
