using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Parameters, initialisation and the functions that networks are made of.</summary>
    public static partial class nn
    {
        /// <summary>Makes a parameter out of a tensor.</summary>
        /// <param name="data">The values. Transferred: the object is invalid afterwards.</param>
        /// <param name="requires_grad">Whether gradients are computed for it; false freezes it.</param>
        /// <returns>Owned by the caller.</returns>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
    }
}
