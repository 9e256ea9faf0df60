using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for <see cref="backward()"/>. Only leaves can be switched off.</summary>
        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set => Status.ThrowIfFailed(NativeAutograd.pt_tensor_set_requires_grad(Handle, value), nameof(requires_grad));
        }

        /// <summary>Whether the tensor is an input of the graph and not a result in it.</summary>
        public bool is_leaf => Info.IsLeaf != 0;

        /// <summary>The gradient that <see cref="backward()"/> accumulated, of this tensor's shape; null before. Each read gives a new owned tensor over the same memory.</summary>
        public Tensor? grad
        {
            get
            {
                Status.ThrowIfFailed(NativeAutograd.pt_tensor_grad(Handle, out TensorHandle gradient), nameof(grad));
                if (!gradient.IsInvalid)
                {
                    return new Tensor(gradient);
                }

                gradient.Dispose();
                return null;
            }

            set
            {
                using TensorHandle none = new();
                Status.ThrowIfFailed(NativeAutograd.pt_tensor_set_grad(Handle, value is null ? none : value.Handle), nameof(grad));
            }
        }

        /// <summary>Adds the derivative of this single number to the <see cref="grad"/> of every leaf it depends on, and frees the graph.</summary>
        public void backward() => autograd.backward([this]);

        /// <summary>Adds the vector-Jacobian product to the <see cref="grad"/> of the leaves.</summary>
        /// <param name="grad_tensors">The vector, of this tensor's shape; ones when null, for a single number only. Borrowed.</param>
        /// <param name="retain_graph">Keep the graph for another call.</param>
        /// <param name="create_graph">Record the computation of the gradients too.</param>
        /// <param name="inputs">The only leaves to accumulate into; all when null. Borrowed.</param>
        /// <remarks>The order of the two flags is that of the current TorchSharp; 0.99.6 has them the other way round, so name them.</remarks>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);

        /// <summary>The same elements outside the graph; shares memory.</summary>
        /// <returns>Owned by the caller.</returns>
        public Tensor detach() => Aten.Call("detach", this);

        /// <summary>Takes the tensor itself out of the graph.</summary>
        public Tensor detach_() => Aten.Call("detach_", this);

        /// <summary>Sets <see cref="requires_grad"/>.</summary>
        /// <returns>This tensor.</returns>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Sets <see cref="requires_grad"/>.</summary>
        /// <returns>This tensor.</returns>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the <see cref="grad"/> of a tensor that is not a leaf.</summary>
        public void retain_grad() => Status.ThrowIfFailed(NativeAutograd.pt_tensor_retain_grad(Handle), nameof(retain_grad));
    }
}
