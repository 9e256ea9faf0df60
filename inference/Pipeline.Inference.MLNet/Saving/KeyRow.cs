namespace Pipeline.Inference.MLNet.Saving;

/// <summary>
/// The same text in every row: what the value mapping that carries a <see cref="SavedState"/> looks up.
/// </summary>
internal sealed class KeyRow
{
    /// <summary>The text.</summary>
    internal const string Value = "state";

    /// <summary>Always <see cref="Value"/>.</summary>
    public ReadOnlyMemory<char> ImageClassificationKey { get; set; }

    /// <summary>Name of the column.</summary>
    internal static string Column => nameof(ImageClassificationKey);
}
