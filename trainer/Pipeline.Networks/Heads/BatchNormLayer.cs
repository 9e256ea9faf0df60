namespace Pipeline.Networks.Heads;

/// <summary>Batch normalisation of a map: <c>batch_norm</c>.</summary>
internal sealed record BatchNormLayer : HeadLayer;
