using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>A function of every value: <c>activation: relu</c>.</summary>
/// <param name="Function">The function.</param>
internal sealed record ActivationLayer(ActivationKind Function) : HeadLayer;
