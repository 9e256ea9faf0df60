using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>A row with the bytes of an image file.</summary>
internal sealed class BytesRow : StateRow
{
    /// <summary>The bytes.</summary>
    public VBuffer<byte> ImageClassificationInput { get; set; }
}
