using System.Collections.Concurrent;

namespace TorchSharp.Interop;

/// <summary>Native operator handles by name; each is looked up once per process.</summary>
internal static class OperatorTable
{
    private static readonly ConcurrentDictionary<string, int> s_handles = new(StringComparer.Ordinal);

    /// <summary>The handle of an operator of the <c>aten</c> namespace, named <c>"sum"</c> or, with its overload, <c>"sum.dim_IntList"</c>.</summary>
    /// <exception cref="TorchException">This libtorch does not have it.</exception>
    internal static int Find(string name) => s_handles.TryGetValue(name, out int handle) ? handle : FindAndRemember(name);

    private static int FindAndRemember(string name)
    {
        string[] parts = name.Split('.', 2);
        string qualified = "aten::" + parts[0];
        Status.ThrowIfFailed(NativeOperators.pt_operator_find(qualified, parts.Length == 2 ? parts[1] : string.Empty, out int handle), qualified);
        return s_handles[name] = handle;
    }
}
