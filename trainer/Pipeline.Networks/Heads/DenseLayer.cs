using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>
/// Dense layer: <c>dense: 256</c> (followed by ReLU unless an activation is given), or <c>dense: classes</c> for the
/// last one (raw scores).
/// </summary>
/// <param name="Units">Outputs; <c>null</c> means one per class.</param>
internal sealed record DenseLayer(int? Units) : HeadLayer
{
    /// <summary>The function behind it; <c>null</c> for none. The last layer never has one.</summary>
    public ActivationKind? Activation { get; init; } = ActivationKind.Relu;
}
