namespace Pipeline.Networks.Heads;

/// <summary>The network's own classifier: <c>pretrained</c>, the only layer of its head.</summary>
/// <param name="Groups">
/// For each class of the data the classifier's classes that mean it, whose probabilities are added; <c>null</c> keeps
/// its own classes. Do not modify.
/// </param>
internal sealed record PretrainedLayer(IReadOnlyList<ClassGroup>? Groups) : HeadLayer;
