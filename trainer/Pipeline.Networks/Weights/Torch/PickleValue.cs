using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>
/// What a pickle can hold here beside <c>null</c>, <c>bool</c>, <c>long</c>, <c>double</c> and <c>string</c>: data,
/// never code.
/// </summary>
internal abstract record PickleValue;

/// <summary>The mark that opcodes collect down to.</summary>
internal sealed record PickleMark : PickleValue
{
    internal static readonly PickleMark Instance = new();
}

/// <summary>A name that the pickle may mention; it stands for itself and is never looked up or called.</summary>
internal sealed record PickleName(string Module, string Member) : PickleValue
{
    public override string ToString() => $"{Module}.{Member}";
}

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items) : PickleValue;

/// <summary>A list; its storage is made when the first item comes, since an empty one costs a file one byte.</summary>
internal sealed record PickleList : PickleValue
{
    private List<object?>? items;

    internal IReadOnlyList<object?> Items => items ?? [];

    internal void AddRange(ReadOnlySpan<object?> values) => (items ??= []).AddRange(values);
}

/// <summary>A dictionary or an <c>OrderedDict</c>, as its pairs in the order they were set.</summary>
internal sealed record PickleDictionary : PickleValue
{
    private List<(object? Key, object? Value)>? pairs;

    internal IReadOnlyList<(object? Key, object? Value)> Pairs => pairs ?? [];

    internal void Add(object? key, object? value) => (pairs ??= []).Add((key, value));

    /// <summary>The value of a text key, <c>null</c> when there is none.</summary>
    internal object? Find(string key) => Pairs.FirstOrDefault(pair => pair.Key is string name && name == key).Value;
}

/// <summary>Where a tensor's elements are: one stretch of the file that several tensors may view.</summary>
internal sealed record TorchStorage(TensorElementType ElementType, string Key, long ElementCount) : PickleValue;

/// <summary>A view of a storage; sizes and strides in elements.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides) : PickleValue;
