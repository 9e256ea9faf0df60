namespace Pipeline.Inference.MLNet.Saving;

/// <summary>The column that brings a <see cref="SavedState"/> to the mapping that needs it.</summary>
internal abstract class StateRow
{
    /// <summary>The state as JSON, the same in every row.</summary>
    public ReadOnlyMemory<char> ImageClassificationState { get; set; }

    /// <summary>Name of the column.</summary>
    internal static string StateColumn => nameof(ImageClassificationState);
}
