using System.Collections;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// The class names in the order of the network's outputs. Fixed once when the data is read, stored in every file, never
/// derived again.
/// </summary>
public sealed class LabelSet : IReadOnlyList<string>
{
    private const int LongestName = 500;

    private readonly string[] names;
    private readonly Dictionary<string, int> indexes;

    /// <summary>Makes a set from names in output order.</summary>
    /// <param name="names">At least two different names, none empty; two that differ only in case are refused.</param>
    /// <exception cref="DatasetException">
    /// Fewer than two names, an empty one, one of more than 500 characters, or two alike.
    /// </exception>
    public LabelSet(IEnumerable<string> names)
    {
        this.names = [.. names];
        if (this.names.Length < 2)
        {
            throw new DatasetException(
                "A classifier needs at least 2 classes, "
                    + $"found {this.names.Length}{(this.names.Length == 1 ? $" ('{this.names[0]}')" : string.Empty)}. "
                    + "Add a folder of images per class."
            );
        }

        indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index < this.names.Length; index++)
        {
            string name = this.names[index];
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new DatasetException($"Class {index} has an empty name. Give every class a name.");
            }

            if (name.Length > LongestName)
            {
                throw new DatasetException(
                    $"Class {index} has a name of {name.Length} characters ('{name[..20]}...'), "
                        + $"expected at most {LongestName}. Give it a shorter one."
                );
            }

            if (!seen.TryAdd(name, name))
            {
                throw new DatasetException(
                    $"Classes '{seen[name]}' and '{name}' differ at most in case, and many file systems cannot hold "
                        + "both. Rename one."
                );
            }

            indexes.Add(name, index);
        }
    }

    /// <inheritdoc/>
    public int Count => names.Length;

    /// <inheritdoc/>
    public string this[int index] => names[index];

    /// <summary>Finds the output index of a class.</summary>
    /// <param name="name">Class name, exact case.</param>
    /// <param name="index">Its index in <c>[0, Count)</c>.</param>
    /// <returns>Whether there is such a class.</returns>
    public bool TryIndexOf(string name, out int index) => indexes.TryGetValue(name, out index);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)names).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => names.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", names);
}
