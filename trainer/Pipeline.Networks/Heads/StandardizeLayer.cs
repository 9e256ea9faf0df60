namespace Pipeline.Networks.Heads;

/// <summary>Shift and scale by the training images' statistics: <c>standardize</c>.</summary>
internal sealed record StandardizeLayer : HeadLayer;
