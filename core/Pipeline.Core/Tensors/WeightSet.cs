using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tensors;

/// <summary>
/// The tensors of a network by state-dict key, in ordinal order of the keys, so that equal contents give equal files.
/// </summary>
public sealed class WeightSet : IReadOnlyCollection<TensorData>
{
    private readonly SortedDictionary<string, TensorData> tensors = new(StringComparer.Ordinal);

    /// <summary>Makes a set.</summary>
    /// <param name="tensors">Tensors with different names. Borrowed.</param>
    /// <exception cref="WeightsException">Two tensors have the same name.</exception>
    public WeightSet(IEnumerable<TensorData> tensors)
    {
        foreach (TensorData tensor in tensors)
        {
            if (!this.tensors.TryAdd(tensor.Name, tensor))
            {
                throw new WeightsException(
                    $"Tensor '{tensor.Name}' occurs twice. Names must be unique in one set of weights."
                )
                {
                    Subject = tensor.Name,
                };
            }
        }
    }

    /// <inheritdoc/>
    public int Count => tensors.Count;

    /// <summary>The keys in ordinal order.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">State-dict key.</param>
    /// <returns>The tensor. Borrowed.</returns>
    /// <exception cref="WeightsException">There is none of that name.</exception>
    public TensorData this[string name] =>
        tensors.TryGetValue(name, out TensorData? tensor)
            ? tensor
            : throw new WeightsException(
                $"Tensor '{name}' is missing among {Count} weights. Check that the weights belong to this network."
            )
            {
                Subject = name,
            };

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">State-dict key.</param>
    /// <param name="tensor">The tensor. Borrowed.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [MaybeNullWhen(false)] out TensorData tensor) =>
        tensors.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public IEnumerator<TensorData> GetEnumerator() => tensors.Values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
