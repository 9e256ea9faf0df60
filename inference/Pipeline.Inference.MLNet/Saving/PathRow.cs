namespace Pipeline.Inference.MLNet.Saving;

/// <summary>A row with the path of an image.</summary>
internal sealed class PathRow : StateRow
{
    /// <summary>The path.</summary>
    public ReadOnlyMemory<char> ImageClassificationInput { get; set; }
}
