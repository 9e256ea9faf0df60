using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>The few names that a file of tensors mentions, and the data that each stands for.</summary>
/// <remarks>
/// Source: <c>torch/_utils.py</c> and <c>torch/serialization.py</c> of PyTorch 1.13 (argument order of the rebuild
/// functions and of a storage's persistent identifier).
/// </remarks>
internal static class TorchObjects
{
    /// <summary>More dimensions than any layer has; a limit for damaged files.</summary>
    private const int MostDimensions = 16;

    private static readonly PickleName OrderedDict = new("collections", "OrderedDict");
    private static readonly PickleName RebuildTensor = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleName RebuildParameter = new("torch._utils", "_rebuild_parameter");

    private static readonly Dictionary<PickleName, TensorElementType> Storages = new()
    {
        [new("torch", "FloatStorage")] = TensorElementType.Float32,
        [new("torch", "HalfStorage")] = TensorElementType.Float16,
        [new("torch", "BFloat16Storage")] = TensorElementType.BFloat16,
        [new("torch", "DoubleStorage")] = TensorElementType.Float64,
        [new("torch", "LongStorage")] = TensorElementType.Int64,
        [new("torch", "IntStorage")] = TensorElementType.Int32,
        [new("torch", "CharStorage")] = TensorElementType.Int8,
        [new("torch", "ByteStorage")] = TensorElementType.UInt8,
        [new("torch", "BoolStorage")] = TensorElementType.UInt8,
    };

    /// <summary>Whether a pickle may mention a name.</summary>
    internal static bool IsKnown(PickleName name) =>
        name == OrderedDict || name == RebuildTensor || name == RebuildParameter || Storages.ContainsKey(name);

    /// <summary>
    /// The storage that a persistent identifier describes: <c>('storage', type, key, device, count[, view])</c>;
    /// <c>null</c> when it is none.
    /// </summary>
    internal static TorchStorage? Storage(object? identifier) =>
        identifier is PickleTuple { Items: [string kind, PickleName type, string key, string, long count, ..] items }
        && items.Length <= 6
        && (items.Length == 5 || items[5] is null)
        && kind == "storage"
        && count >= 0
        && Storages.TryGetValue(type, out TensorElementType elementType)
            ? new TorchStorage(elementType, key, count)
            : null;

    /// <summary>
    /// The data that a known name stands for with its arguments; <c>null</c> when they do not fit together.
    /// </summary>
    internal static object? Rebuild(object? name, object? arguments) =>
        (name as PickleName, arguments as PickleTuple) switch
        {
            (PickleName callee, { Items: [] or [PickleList] } pairs) when callee == OrderedDict => Ordered(pairs),
            (PickleName callee, { Items: [TorchTensor tensor, bool, _] }) when callee == RebuildParameter => tensor,
            (
                PickleName callee,
                { Items: [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..] }
            ) when callee == RebuildTensor => View(storage, offset, Numbers(shape), Numbers(strides)),
            _ => null,
        };

    /// <summary>A view that stays inside its storage and is no larger than it; <c>null</c> when it does not.</summary>
    private static TorchTensor? View(TorchStorage storage, long offset, long[]? shape, long[]? strides)
    {
        if (
            shape is null
            || strides is null
            || shape.Length != strides.Length
            || shape.Length > MostDimensions
            || offset < 0
        )
        {
            return null;
        }

        Int128 last = offset;
        Int128 count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] < 0 || strides[axis] < 0)
            {
                return null;
            }

            count *= shape[axis];
            last += (Int128)Math.Max(0, shape[axis] - 1) * strides[axis];
            if (count > storage.ElementCount || last > long.MaxValue)
            {
                return null; // larger than its storage: an expanded tensor, which state dicts do not hold
            }
        }

        return count == 0 || last < storage.ElementCount ? new TorchTensor(storage, offset, shape, strides) : null;
    }

    private static PickleDictionary? Ordered(PickleTuple arguments)
    {
        var dictionary = new PickleDictionary();
        foreach (object? item in arguments.Items is [PickleList pairs] ? pairs.Items : [])
        {
            switch (item)
            {
                case PickleTuple { Items: [object key, object value] }:
                    dictionary.Add(key, value);
                    break;
                case PickleList { Items: [object key, object value] }:
                    dictionary.Add(key, value);
                    break;
                default:
                    return null;
            }
        }

        return dictionary;
    }

    private static long[]? Numbers(PickleTuple tuple) =>
        tuple.Items.All(item => item is long) ? [.. tuple.Items.OfType<long>()] : null;
}
