namespace Pipeline.Networks.Heads;

/// <summary>Mean of each channel: <c>global_average_pool</c>.</summary>
internal sealed record GlobalAveragePoolLayer : HeadLayer;
