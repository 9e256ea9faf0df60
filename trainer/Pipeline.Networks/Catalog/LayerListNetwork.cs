using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// A network of one's own: the layers of a recipe's <c>backbone: { layers: [...] }</c>, in the notation of heads. Each
/// layer is a block named after it (<c>conv_2</c>).
/// </summary>
internal static class LayerListNetwork
{
    /// <summary>The name that such a network goes by.</summary>
    public const string Name = "custom";

    /// <summary>Builds the network.</summary>
    /// <param name="layers">At least one layer, none that gives class scores. Borrowed.</param>
    /// <param name="size">Size of the input images.</param>
    /// <returns>A graph whose output is the last layer's.</returns>
    /// <exception cref="RecipeException">There is no layer, or one belongs into a head.</exception>
    /// <exception cref="ShapeException">The layers do not fit together, or the images are too small.</exception>
    public static NetworkGraph Create(IReadOnlyList<HeadLayer> layers, ImageSize size)
    {
        if (layers.Count == 0)
        {
            throw new RecipeException("'layers' is empty. List the backbone's layers, such as { conv: 32 }.");
        }

        HeadLayer? misplaced = layers.FirstOrDefault(layer =>
            layer is DenseLayer { Units: null } or SigmoidUnitLayer or PretrainedLayer or StandardizeLayer
        );
        if (misplaced is not null)
        {
            throw new RecipeException(
                $"Layer '{HeadNotation.Write(misplaced)}' belongs into 'head:', not into the backbone's layers. "
                    + "Move it there."
            );
        }

        var builder = new GraphBuilder(Name, FeatureShape.Map(3, size.Height, size.Width));
        var appender = new LayerAppender(builder, string.Empty);
        foreach (HeadLayer layer in layers)
        {
            appender.Add(layer, classCount: 0, isBlock: true);
        }

        return builder.Build();
    }
}
