using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Catalog;

/// <summary>The networks by name. A family is one file beside this one and one line per member in the table.</summary>
internal static class NetworkCatalog
{
    /// <summary>Number of ImageNet classes: the outputs of a network's own classifier.</summary>
    public const int ClassifierOutputs = 1000;

    private const int LargestSide = 1024; // of the search for the smallest size that a network takes

    private static readonly SortedDictionary<string, NetworkEntry> Entries = new(StringComparer.Ordinal)
    {
        ["convnext-tiny"] = ConvNeXt.Tiny(),
        ["densenet-121"] = DenseNet.Of121(),
        ["efficientnet-b0"] = EfficientNet.B0(),
        ["inception-v3"] = InceptionV3.Keras(),
        ["inception-v3-torchvision"] = InceptionV3.Torchvision(),
        ["mobilenet-v2"] = MobileNetV2.Entry(),
        ["mobilenet-v2-torchvision"] = MobileNetV2Torchvision.Entry(),
        ["mobilenet-v3-large"] = MobileNetV3.Large(),
        ["mobilenet-v3-small"] = MobileNetV3.Small(),
        ["resnet-18"] = ResNet.Entry(hasBottlenecks: false, 2, 2, 2, 2),
        ["resnet-18-cntk"] = ResNet.Cntk18(),
        ["resnet-34"] = ResNet.Entry(hasBottlenecks: false, 3, 4, 6, 3),
        ["resnet-50"] = ResNet.Entry(hasBottlenecks: true, 3, 4, 6, 3),
        ["resnet-101"] = ResNet.Entry(hasBottlenecks: true, 3, 4, 23, 3),
        ["resnet-152"] = ResNet.Entry(hasBottlenecks: true, 3, 8, 36, 3),
        ["simple-cnn"] = new(SimpleCnn.Build),
        ["small-cnn"] = new(SmallCnn.Build),
        ["ten-layer-cnn"] = new(TenLayerCnn.Build),
        ["vgg-11"] = Vgg.Entry(hasBatchNorm: false, 1, 1, 2, 2, 2),
        ["vgg-11-bn"] = Vgg.Entry(hasBatchNorm: true, 1, 1, 2, 2, 2),
        ["vgg-13"] = Vgg.Entry(hasBatchNorm: false, 2, 2, 2, 2, 2),
        ["vgg-13-bn"] = Vgg.Entry(hasBatchNorm: true, 2, 2, 2, 2, 2),
        ["vgg-16"] = Vgg.Entry(hasBatchNorm: false, 2, 2, 3, 3, 3),
        ["vgg-16-bn"] = Vgg.Entry(hasBatchNorm: true, 2, 2, 3, 3, 3),
        ["vgg-19"] = Vgg.Entry(hasBatchNorm: false, 2, 2, 4, 4, 4),
        ["vgg-19-bn"] = Vgg.Entry(hasBatchNorm: true, 2, 2, 4, 4, 4),
    };

    /// <summary>The names there are, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Entries.Keys;

    /// <summary>Builds a backbone: the network without its classifier.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="size">Size of the input images.</param>
    /// <returns>A graph whose output is the last feature map.</returns>
    /// <exception cref="RecipeException">There is no such network.</exception>
    /// <exception cref="ShapeException">
    /// The images are too small for it; the message says which size is not.
    /// </exception>
    public static NetworkGraph Create(string name, ImageSize size) => Build(name, size, Find(name).Backbone);

    /// <summary>Builds a network with its own classifier, which belongs to the block <c>head</c>.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="size">Size of the input images.</param>
    /// <returns>A graph whose output is 1000 raw scores, in ImageNet's order.</returns>
    /// <exception cref="RecipeException">There is no such network, or it has no classifier.</exception>
    /// <exception cref="ShapeException">The images are too small for it.</exception>
    public static NetworkGraph CreateWithClassifier(string name, ImageSize size)
    {
        NetworkEntry entry = Find(name);
        Action<GraphBuilder> classifier =
            entry.Classifier
            ?? throw new RecipeException(
                $"Network '{name}' has no classifier of its own. Give it a head, or use one of: "
                    + $"{string.Join(", ", Names.Where(other => Entries[other].Classifier is not null))}."
            )
            {
                Subject = name,
            };
        return Build(
            name,
            size,
            builder =>
            {
                entry.Backbone(builder);
                classifier(builder.Block(HeadBuilder.BlockName));
            }
        );
    }

    /// <summary>
    /// Whether a tensor of upstream's file of weights is one that no forward pass for use reads: InceptionV3's second
    /// classifier (<c>AuxLogits</c>), which only its training has.
    /// </summary>
    /// <param name="name">Name of a network; of none in the catalog, it has no such tensor.</param>
    /// <param name="tensor">Name of the tensor.</param>
    /// <returns>Whether an import ignores it.</returns>
    internal static bool IsForTrainingOnly(string name, string tensor) =>
        Entries.TryGetValue(name, out NetworkEntry? entry)
        && entry.TrainingOnlyModule is string module
        && tensor.StartsWith($"{module}.", StringComparison.Ordinal);

    private static NetworkEntry Find(string name) =>
        Entries.TryGetValue(name, out NetworkEntry? entry)
            ? entry
            : throw new RecipeException(
                $"There is no network '{name}'.{Spelling.DidYouMean(name, Names)} Known: {string.Join(", ", Names)}."
            )
            {
                Subject = name,
            };

    private static NetworkGraph Build(string name, ImageSize size, Action<GraphBuilder> add)
    {
        try
        {
            return Build(name, size.Height, size.Width, add);
        }
        catch (ShapeException error)
        {
            int smallest = SmallestSide(name, add);
            throw new ShapeException(
                $"Network '{name}' does not take images of {size}: they are too small, "
                    + $"its smallest square is {smallest}x{smallest}. Raise preprocessing.size.",
                error
            )
            {
                Subject = name,
                Expected = $"{smallest}x{smallest}",
                Found = size.ToString(),
            };
        }
    }

    private static NetworkGraph Build(string name, int height, int width, Action<GraphBuilder> add)
    {
        var builder = new GraphBuilder(name, FeatureShape.Map(3, height, width));
        add(builder);
        return builder.Build();
    }

    /// <summary>By bisection: what fits an image fits a larger one.</summary>
    private static int SmallestSide(string name, Action<GraphBuilder> add)
    {
        int tooSmall = 0;
        int enough = LargestSide;
        while (enough - tooSmall > 1)
        {
            int side = (tooSmall + enough) / 2;
            try
            {
                Build(name, side, side, add);
                enough = side;
            }
            catch (ShapeException)
            {
                tooSmall = side;
            }
        }

        return enough;
    }
}
