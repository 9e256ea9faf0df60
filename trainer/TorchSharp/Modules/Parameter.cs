namespace TorchSharp.Modules;

/// <summary>A tensor that an optimizer may change.</summary>
public sealed class Parameter : torch.Tensor
{
    /// <summary>Takes over a tensor's memory.</summary>
    /// <param name="data">The values. Transferred: the object is invalid afterwards.</param>
    /// <param name="requires_grad">Whether gradients are computed for it; false freezes it.</param>
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).TakeHandle())
    {
    }
}
