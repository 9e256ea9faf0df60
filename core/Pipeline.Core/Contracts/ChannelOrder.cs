namespace Pipeline.Core.Contracts;

/// <summary>
/// Order of the colour channels that the network was trained on. Batches are always RGB; <see cref="Bgr"/> is swapped
/// inside the graph.
/// </summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red (Caffe's VGG weights).</summary>
    Bgr,
}
