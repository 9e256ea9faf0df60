namespace Pipeline.Inference.Sessions;

/// <summary>Brings pixels into the form of a graph's input. Thread-safe.</summary>
internal interface IInputPacker
{
    /// <summary>Bytes of one element of the input.</summary>
    int ElementBytes { get; }

    /// <summary>Packs a batch.</summary>
    /// <param name="pixels"><c>uint8 [N, H, W, 3]</c>, RGB. Borrowed.</param>
    /// <param name="output">Receives as many elements as there are bytes of pixels.</param>
    /// <param name="count">Images N, at least 1.</param>
    void Pack(ReadOnlySpan<byte> pixels, Span<byte> output, int count);
}
