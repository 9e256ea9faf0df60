using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>The networks by name. A family is one file beside this one and one line in the table.</summary>
public static class NetworkCatalog
{
    private static readonly SortedDictionary<string, Func<FeatureShape, NetworkGraph>> Builders = new(StringComparer.Ordinal)
    {
        ["mobilenet-v2"] = MobileNetV2.Build,
        ["simple-cnn"] = SimpleCnn.Build,
        ["small-cnn"] = SmallCnn.Build,
        ["ten-layer-cnn"] = TenLayerCnn.Build,
        ["vgg-16"] = Vgg.Build16,
    };

    /// <summary>The names there are, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Builders.Keys;

    /// <summary>Builds a backbone: the network without its classifier.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="size">Size of the input images.</param>
    /// <returns>A graph whose output is the last feature map.</returns>
    /// <exception cref="RecipeException">There is no such network.</exception>
    /// <exception cref="ShapeException">The images are too small for it.</exception>
    public static NetworkGraph Create(string name, ImageSize size) => Builders.TryGetValue(name, out Func<FeatureShape, NetworkGraph>? build)
        ? build(FeatureShape.Map(3, size.Height, size.Width))
        : throw new RecipeException($"There is no network '{name}'. Did you mean '{Spelling.Nearest(name, Names)}'? Known: {string.Join(", ", Names)}.") { Subject = name };
}
