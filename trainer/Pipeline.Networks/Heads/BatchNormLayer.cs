namespace Pipeline.Networks.Heads;

/// <summary>Batch normalisation of a map: <c>batch_norm</c>.</summary>
public sealed record BatchNormLayer : HeadLayer;
