using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of several tensors at once.</summary>
    public static class autograd
    {
        /// <summary>Adds the vector-Jacobian products to the gradients of the leaves.</summary>
        /// <param name="tensors">Results to differentiate. Borrowed.</param>
        /// <param name="grad_tensors">One vector per result; ones for single numbers when null. Borrowed.</param>
        /// <param name="retain_graph">Keep the graph for another call; null means as <paramref name="create_graph"/>.</param>
        /// <param name="create_graph">Record the computation of the gradients too.</param>
        /// <param name="inputs">The only leaves to accumulate into; all when null. Borrowed.</param>
        /// <exception cref="TorchException">A result is not in a graph, or its graph was freed.</exception>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            using HeldTensors results = new(tensors);
            using HeldTensors vectors = new(grad_tensors);
            using HeldTensors leaves = new(inputs);
            fixed (ulong* t = results.Values, g = vectors.Values, i = leaves.Values)
            {
                int status = NativeAutograd.pt_backward(
                    t, results.Values.Length, g, vectors.Values.Length, retain_graph ?? create_graph, create_graph, i, leaves.Values.Length);
                Status.ThrowIfFailed(status, "backward");
            }
        }

        /// <summary>The gradients of the outputs' sum with respect to the inputs, without touching any <see cref="Tensor.grad"/>.</summary>
        /// <param name="outputs">Results to differentiate. Borrowed.</param>
        /// <param name="inputs">Tensors of the graph. Borrowed.</param>
        /// <param name="grad_outputs">One vector per output; ones for single numbers when null. Borrowed.</param>
        /// <param name="retain_graph">Keep the graph for another call.</param>
        /// <param name="create_graph">Record the computation of the gradients too.</param>
        /// <param name="allow_unused">Accept an input that no output depends on; its gradient is null in the list.</param>
        /// <returns>One gradient per input, of its shape. Owned by the caller.</returns>
        /// <exception cref="TorchException">An output is not in a graph, or an input is unused and that is not allowed.</exception>
        public static unsafe IList<Tensor?> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            using HeldTensors results = new(outputs);
            using HeldTensors sources = new(inputs);
            using HeldTensors vectors = new(grad_outputs);
            ulong[] gradients = new ulong[inputs.Count];
            fixed (ulong* o = results.Values, i = sources.Values, g = vectors.Values, target = gradients)
            {
                int status = NativeAutograd.pt_gradients(
                    o, results.Values.Length, i, sources.Values.Length, g, vectors.Values.Length, retain_graph || create_graph, create_graph, allow_unused, target);
                Status.ThrowIfFailed(status, "grad");
            }

            return Array.ConvertAll(gradients, value => value == 0 ? null : new Tensor(new TensorHandle(value)));
        }
    }
}
