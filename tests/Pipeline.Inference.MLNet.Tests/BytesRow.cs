namespace Pipeline.Inference.MLNet.Tests;

/// <summary>The bytes of an image file.</summary>
internal sealed class BytesRow
{
    public byte[]? Content { get; set; }
}
