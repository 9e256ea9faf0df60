using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>How a network of the catalog is made.</summary>
/// <param name="Backbone">Adds all up to the last feature map.</param>
/// <param name="Classifier">Adds the network's own classifier, 1000 raw scores; <c>null</c> when it has none.</param>
internal sealed record NetworkEntry(Action<GraphBuilder> Backbone, Action<GraphBuilder>? Classifier = null)
{
    /// <summary>
    /// Module that upstream's files of weights hold and that only upstream's own training uses; <c>null</c> for none.
    /// </summary>
    internal string? TrainingOnlyModule { get; init; }

    /// <summary>Outputs of a network's own classifier.</summary>
    internal const int ClassCount = NetworkCatalog.ClassifierOutputs;
}
