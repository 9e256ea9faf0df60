namespace Pipeline.Networks.Heads;

/// <summary>
/// The last layer of a classifier of two classes as one unit: <c>sigmoid_unit</c>. Its probability is the second
/// class's; training it is binary cross-entropy.
/// </summary>
internal sealed record SigmoidUnitLayer : HeadLayer;
