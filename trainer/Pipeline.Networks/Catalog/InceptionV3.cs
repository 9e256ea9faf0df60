using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// InceptionV3 in two forms, which differ in names, in the scale of the batch-norms and in whether average pools count
/// their padding. Keras's: <c>conv2d_N</c> in order of creation from 1, blocks <c>mixed0</c> to <c>mixed10</c>.
/// torchvision's: state-dict names (<c>Mixed_5b.branch1x1.conv</c>), blocks <c>Mixed_5b</c> to <c>Mixed_7c</c>; its
/// <c>AuxLogits</c> are left out, since a trained network does not use them. The last feature map has 2048 channels.
/// </summary>
/// <remarks>
/// Source: Szegedy et al. 2015, arXiv:1512.00567, table 1. torchvision's form is checked against it in
/// <c>TorchvisionParityTests</c>, Keras's by its published parameter counts in <c>InceptionV3Tests</c>.
/// </remarks>
internal static class InceptionV3
{
    private static readonly string[] TorchBlocks =
    [
        "Mixed_5b",
        "Mixed_5c",
        "Mixed_5d",
        "Mixed_6a",
        "Mixed_6b",
        "Mixed_6c",
        "Mixed_6d",
        "Mixed_6e",
        "Mixed_7a",
        "Mixed_7b",
        "Mixed_7c",
    ];

    /// <summary>Keras's form.</summary>
    internal static NetworkEntry Keras() =>
        new(
            builder =>
                new InceptionBuilder(builder, isKeras: true).Build(
                    Enumerable.Range(0, TorchBlocks.Length).Select(number => $"mixed{number}")
                ),
            builder =>
            {
                builder.Add("avg_pool", new GlobalAveragePool());
                builder.Add("predictions", new Linear(NetworkEntry.ClassCount));
            }
        );

    /// <summary>torchvision's form.</summary>
    internal static NetworkEntry Torchvision() =>
        new(
            builder => new InceptionBuilder(builder, isKeras: false).Build(TorchBlocks),
            builder =>
            {
                builder.Add("avgpool", new GlobalAveragePool());
                builder.Add("dropout", new Dropout(0.5));
                builder.Add("fc", new Linear(NetworkEntry.ClassCount));
            }
        )
        {
            TrainingOnlyModule = "AuxLogits",
        };
}
