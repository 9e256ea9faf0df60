namespace Pipeline.Networks.Heads;

/// <summary>A map as one vector: <c>flatten</c>.</summary>
internal sealed record FlattenLayer : HeadLayer;
