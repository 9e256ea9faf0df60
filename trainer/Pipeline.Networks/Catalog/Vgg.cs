using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// VGG without its classifier. Nodes have torchvision's names (<c>features.0</c>, so that <c>features.0.weight</c> fits by name), blocks Keras's (<c>block1</c> to <c>block5</c>).
/// The output is the last pool, 512 channels at 1/32 of the input size.
/// </summary>
/// <remarks>Source: Simonyan and Zisserman 2015, arXiv:1409.1556, table 1. Parameter counts are Keras's, checked in <c>VggTests</c>.</remarks>
internal static class Vgg
{
    /// <summary>Configuration D: channels and number of 3x3 convolutions per block; each block ends in a max pool 2.</summary>
    private static readonly (int Channels, int Convolutions)[] SixteenLayers = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];

    internal static NetworkGraph Build16(FeatureShape input) => Build("vgg-16", SixteenLayers, input);

    private static NetworkGraph Build(string name, (int Channels, int Convolutions)[] blocks, FeatureShape input)
    {
        var builder = new GraphBuilder(name, input);
        int number = 0;   // of the module in torchvision's sequence, which counts activations and pools too
        for (int index = 0; index < blocks.Length; index++)
        {
            builder.Block($"block{index + 1}");
            for (int convolution = 0; convolution < blocks[index].Convolutions; convolution++)
            {
                builder.Add($"features.{number++}", new Conv2d(blocks[index].Channels, new Window(3, 1, Padding.All(1))));
                builder.Add($"features.{number++}", new Activation(ActivationKind.Relu));
            }

            builder.Add($"features.{number++}", new MaxPool2d(new Window(2, 2, Padding.None)));
        }

        return builder.Build();
    }
}
