namespace Pipeline.Networks.Heads;

/// <summary>A map as one vector: <c>flatten</c>.</summary>
public sealed record FlattenLayer : HeadLayer;
