using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Torch;

namespace Pipeline.Networks.Tests.Weights.Torch;

public sealed class FormerNamesTests
{
    [Theory]
    [InlineData(
        "features.denseblock1.denselayer12.norm.1.running_mean",
        "features.denseblock1.denselayer12.norm1.running_mean"
    )]
    [InlineData("features.denseblock4.denselayer1.conv.2.weight", "features.denseblock4.denselayer1.conv2.weight")]
    [InlineData("features.denseblock1.denselayer1.norm1.weight", "features.denseblock1.denselayer1.norm1.weight")]
    [InlineData("layer1.conv.1.weight", "layer1.conv.1.weight")]
    public void Renew_OnlyDenseNetsOldNames_AreChanged(string name, string expected)
    {
        var tensor = new TorchTensor(new TorchStorage(TensorElementType.Float32, "0", 1), 0, [1], [1]);
        var notes = new List<string>();

        Assert.Equal([(expected, tensor)], FormerNames.Renew([(name, tensor)], notes));

        Assert.Equal(
            name == expected ? [] : ["Names of an older torchvision were replaced by their present ones: 1."],
            notes
        );
    }
}
