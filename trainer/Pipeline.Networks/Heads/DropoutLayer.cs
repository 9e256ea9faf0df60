namespace Pipeline.Networks.Heads;

/// <summary>Dropout: <c>dropout: 0.5</c>.</summary>
/// <param name="Rate">Share of values set to zero in training, in [0, 1).</param>
internal sealed record DropoutLayer(double Rate) : HeadLayer;
