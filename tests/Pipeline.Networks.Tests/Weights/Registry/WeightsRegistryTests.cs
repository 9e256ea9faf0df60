using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Registry;

namespace Pipeline.Networks.Tests.Weights.Registry;

public sealed class WeightsRegistryTests
{
    [Fact]
    public void Entries_OfTorchvision_HaveTheHashOfTheirName()
    {
        WeightsEntry entry = WeightsRegistry.Require("imagenet1k-v1", "resnet-50");

        Assert.Equal("https://download.pytorch.org/models/resnet50-0676ba61.pth", entry.Url?.ToString());
        Assert.Equal(new PublishedHash(IsMd5: false, "0676ba61"), entry.Hash);
        Assert.All(
            WeightsRegistry.Entries.Where(other => other.Hash is { IsMd5: false }),
            other =>
                Assert.Matches(
                    other.Package is null ? "^[0-9a-f]{8}$" : "^[0-9a-f]{64}$",
                    other.Hash?.Hex ?? string.Empty
                )
        );
        Assert.All(
            WeightsRegistry.Entries.Where(other => other.Hash is { IsMd5: true }),
            other => Assert.Matches("^[0-9a-f]{32}$", other.Hash?.Hex ?? string.Empty)
        );
    }

    [Fact]
    public void Entries_AreDifferentAndComplete()
    {
        Assert.Equal(
            WeightsRegistry.Entries.Count,
            WeightsRegistry.Entries.Select(entry => (entry.Name, entry.Network)).Distinct().Count()
        );
        Assert.All(WeightsRegistry.Entries, entry => Assert.NotEmpty(entry.Licence));
        Assert.All(WeightsRegistry.Entries, entry => entry.Preprocessing().Validate());
    }

    [Fact]
    public void Entries_Networks_AreThoseOfTheCatalog()
    {
        Assert.All(WeightsRegistry.Entries, entry => Assert.Contains(entry.Network, NetworkCatalog.Names));
    }

    [Fact]
    public void Entries_OfKerasVgg_AreTheFileWithoutItsTopAndTheOneWithIt()
    {
        WeightsEntry without = WeightsRegistry.Require("keras", "vgg-16");
        WeightsEntry with = WeightsRegistry.Require("keras-with-top", "vgg-16");

        Assert.Equal("vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", without.FileName);
        Assert.Equal("vgg16_weights_tf_dim_ordering_tf_kernels.h5", with.FileName);
        Assert.Equal(new PublishedHash(IsMd5: true, "64373286793e3c8b2b4e3219cbf3544b"), with.Hash);
        Assert.Equal(without.Range, with.Range);
    }

    [Fact]
    public void Preprocessing_OfKerasVgg_IsBgrLessTheMean()
    {
        Preprocessing preprocessing = WeightsRegistry.Require("keras", "vgg-16").Preprocessing();

        Assert.Equal(ChannelOrder.Bgr, preprocessing.ChannelOrder);
        Assert.Equal(1, preprocessing.Scale);
        Assert.Equal([103.939, 116.779, 123.68], preprocessing.Mean);
        Assert.Equal([1.0, 1, 1], preprocessing.Std);
    }

    [Fact]
    public void Preprocessing_OfMlnet_IsBgrLessTheMeansOfItsMeanImage()
    {
        Preprocessing preprocessing = WeightsRegistry.Require("mlnet", "resnet-18-cntk").Preprocessing();

        Assert.Equal(ChannelOrder.Bgr, preprocessing.ChannelOrder);
        Assert.Equal(1, preprocessing.Scale);
        Assert.Equal([103.063, 115.903, 123.152], preprocessing.Mean);
        Assert.Equal([1.0, 1, 1], preprocessing.Std);
        Assert.Equal(new ImageSize(224, 224), preprocessing.Size);
    }

    [Theory]
    [InlineData(1.0 / 255, 0.5, 0.5, true)]
    [InlineData(1.0, 127.5, 127.5, true)] // the same numbers, written otherwise
    [InlineData(1.0 / 255, 0, 1, false)]
    [InlineData(2.0 / 255, 1, 1, true)]
    public void Agrees_ComparesWhatTheNetworkSees(double scale, double mean, double std, bool expected)
    {
        Preprocessing preprocessing = WeightsRegistry.Require("keras", "inception-v3").Preprocessing() with
        {
            Scale = scale,
            Mean = [mean, mean, mean],
            Std = [std, std, std],
        };

        Assert.Equal(expected, InputRange.MinusOneToOne.Agrees(preprocessing));
    }

    [Theory]
    [InlineData("nsfwj", "mobilenet-v2", "Did you mean 'nsfwjs'?")]
    [InlineData("nsfwjs", "vgg-16", "not for 'vgg-16'. It has: imagenet1k-v1, keras, keras-with-top.")]
    [InlineData("keras", "small-cnn", "Leave 'weights' out to start from random numbers.")]
    public void Require_Unknown_ListsWhatThereIs(string name, string network, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => WeightsRegistry.Require(name, network));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imagenet1k-v1", WeightsKind.Registry, "imagenet1k-v1")]
    [InlineData("run:artifacts/a/latest", WeightsKind.Run, "artifacts/a/latest")]
    [InlineData("resnet50.pth", WeightsKind.File, "resnet50.pth")]
    [InlineData("folder/weights", WeightsKind.File, "folder/weights")]
    public void Parse_TellsNamesRunsAndPathsApart(string text, WeightsKind kind, string rest) =>
        Assert.Equal(new WeightsReference(kind, rest), WeightsReference.Parse(text));
}
