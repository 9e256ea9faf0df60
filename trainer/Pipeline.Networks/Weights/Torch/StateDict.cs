using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>The named tensors of a saved object, taken out of what people wrap around them.</summary>
/// <param name="Tensors">Names and views, in the file's order.</param>
/// <param name="Notes">What was unwrapped, stripped or left out.</param>
/// <param name="Storages">Every storage by its key.</param>
internal sealed record StateDict(
    IReadOnlyList<(string Name, TorchTensor Tensor)> Tensors,
    IReadOnlyList<string> Notes,
    IReadOnlyDictionary<string, TorchStorage> Storages
)
{
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>Finds the tensors.</summary>
    /// <exception cref="WeightsException">There are none, or two have one name.</exception>
    internal static StateDict FromPickle(object? root, string path)
    {
        var notes = new List<string>();
        PickleDictionary dictionary = Unwrap(root, path, notes);
        var tensors = new List<(string Name, TorchTensor Tensor)>();
        foreach ((object? key, object? value) in dictionary.Pairs)
        {
            if (key is string name && value is TorchTensor tensor)
            {
                tensors.Add((name, tensor));
            }
        }

        if (tensors.Count == 0)
        {
            throw WeightsFault.Unsupported(
                path,
                "it holds no tensors by name",
                "Save a state dict: torch.save(model.state_dict(), path)."
            );
        }

        if (tensors.Count < dictionary.Pairs.Count)
        {
            notes.Add($"{dictionary.Pairs.Count - tensors.Count} entries that are no tensors were left out.");
        }

        return new StateDict(FormerNames.Renew(NamePrefix.Strip(tensors, notes), notes), notes, StoragesOf(root, path));
    }

    private static PickleDictionary Unwrap(object? root, string path, List<string> notes)
    {
        PickleDictionary dictionary =
            root as PickleDictionary
            ?? throw WeightsFault.Unsupported(
                path,
                "it holds no dictionary of tensors",
                "Save a state dict: torch.save(model.state_dict(), path)."
            );
        if (dictionary.Pairs.Any(pair => pair.Value is TorchTensor))
        {
            return dictionary;
        }

        foreach (string key in Wrappers)
        {
            if (dictionary.Find(key) is PickleDictionary inner && inner.Pairs.Any(pair => pair.Value is TorchTensor))
            {
                notes.Add($"The tensors were taken from its entry '{key}'.");
                return inner;
            }
        }

        return dictionary;
    }

    /// <summary>
    /// Storages anywhere in the object: the legacy format lists them all, an optimizer's too. Walked without recursion
    /// and each container once.
    /// </summary>
    private static Dictionary<string, TorchStorage> StoragesOf(object? root, string path)
    {
        var storages = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object?>([root]);
        while (open.TryPop(out object? value))
        {
            if (value is TorchTensor { Storage: TorchStorage storage })
            {
                if (storages.TryGetValue(storage.Key, out TorchStorage? other) && other != storage)
                {
                    throw WeightsFault.Damaged(path, $"its storage '{storage.Key}' is described in two ways");
                }

                storages[storage.Key] = storage;
            }
            else if (value is PickleValue container && seen.Add(container))
            {
                foreach (object? item in Items(container))
                {
                    open.Push(item);
                }
            }
        }

        return storages;
    }

    private static IEnumerable<object?> Items(PickleValue container) =>
        container switch
        {
            PickleTuple tuple => tuple.Items,
            PickleList list => list.Items,
            PickleDictionary dictionary => dictionary.Pairs.Select(pair => pair.Value),
            _ => [],
        };
}
