using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Operations on the gradients of many parameters.</summary>
        public static class utils
        {
            /// <summary>Scales all gradients together so that their joint norm is at most <paramref name="max_norm"/>.</summary>
            /// <param name="tensors">Parameters; those without a gradient are skipped. Borrowed.</param>
            /// <param name="max_norm">The bound.</param>
            /// <param name="norm_type">The p of the norm.</param>
            /// <returns>The norm before; NaN or infinite when a gradient is.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using IDisposable unrecorded = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Tensor[] gradients = [.. tensors.Select(parameter => parameter.grad).OfType<Tensor>()];
                if (gradients.Length == 0)
                {
                    return 0;
                }

                double total = stack(gradients.Select(gradient => gradient.norm((float)norm_type))).norm((float)norm_type).ToDouble();
                double factor = max_norm / (total + 1e-6);   // PyTorch's guard against division by 0
                if (factor < 1)
                {
                    Foreach.MultiplyInPlace(gradients, factor);
                }

                return total;
            }
        }
    }
}
